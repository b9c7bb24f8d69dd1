import { git } from './git-process.ts';
import { findRepository } from './repository.ts';

export interface GitState {
  root: string;
  /** undefined when HEAD is detached. */
  branch: string | undefined;
  detached: boolean;
  /** undefined when nothing was committed yet. */
  head: string | undefined;
  dirty: boolean;
  /** How many paths differ between HEAD and the index, between the index and the files, are untracked, are in conflict. */
  staged: number;
  modified: number;
  untracked: number;
  unmerged: number;
}

/** What a failure signal says about the work tree that it came from; undefined outside of any repository. Changes nothing. */
export async function gitState(folder: string): Promise<GitState | undefined> {
  const repository = await findRepository(folder);
  if (!repository) return undefined;
  const args = ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--no-renames'];
  const { stdout } = await git(args, { cwd: repository.root });
  // latin1: only the fixed part at the start of each record is read, and no byte of a name can be mistaken for it.
  const records = stdout.toString('latin1').split('\0');
  const header = (name: string) => records.find((record) => record.startsWith(`# ${name} `))?.slice(name.length + 3);
  const oid = header('branch.oid');
  const branch = header('branch.head');
  const changed = records.filter((record) => record.startsWith('1 '));
  const counts = {
    staged: changed.filter((record) => record[2] !== '.').length,
    modified: changed.filter((record) => record[3] !== '.').length,
    untracked: records.filter((record) => record.startsWith('? ')).length,
    unmerged: records.filter((record) => record.startsWith('u ')).length,
  };
  const detached = branch === '(detached)';
  return {
    root: repository.root,
    branch: detached || branch === undefined ? undefined : Buffer.from(branch, 'latin1').toString('utf8'),
    detached,
    head: oid === '(initial)' ? undefined : oid,
    dirty: Object.values(counts).some((count) => count > 0),
    ...counts,
  };
}
