import { access, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gitLine } from './git-process.ts';
import { GitRefusal } from './git-refusal.ts';

export interface Repository {
  /** The top folder of the work tree. */
  root: string;
  /** This work tree's own git folder (a linked work tree has one inside the common one). */
  gitDir: string;
  commonDir: string;
  objectFormat: 'sha1' | 'sha256';
  /** Which of the repository's work trees this is: '' for the main one. It stays true when the folder is moved. */
  workTreeId: string;
}

/** The repository that `folder` is in, wherever in it that is; undefined when it is in none. */
export async function findRepository(folder: string): Promise<Repository | undefined> {
  const there = await stat(folder).catch(() => undefined);
  if (!there) throw new GitRefusal('folder_missing', `${folder} is not there`, { folder });
  if (!there.isDirectory()) throw new GitRefusal('not_a_work_tree', `${folder} is not a folder`, { folder });
  const facts = ['--show-object-format', '--path-format=absolute', '--show-toplevel', '--git-dir', '--git-common-dir'];
  const answer = await gitLine(['rev-parse', ...facts], { cwd: folder }).catch((error: unknown) => {
    const said = error instanceof GitRefusal ? String(error.evidence.said) : '';
    if (said.includes('not a git repository')) return undefined;
    if (!said.includes('must be run in a work tree')) throw error;
    throw new GitRefusal('bare_repository', `${folder} has no work tree`, { folder });
  });
  if (answer === undefined) return undefined;
  const lines = answer.split('\n');
  const [format, root, gitDir, commonDir, ...more] = lines;
  if (!root || !gitDir || !commonDir || more.length > 0 || (format !== 'sha1' && format !== 'sha256')) {
    throw new GitRefusal('not_a_work_tree', 'The path of the repository holds a line break', { folder });
  }
  return { root, gitDir, commonDir, objectFormat: format, workTreeId: relative(commonDir, gitDir) };
}

/**
 * The repository whose top is `workTree`. A folder further down is refused: its repository may be a whole home folder,
 * and nobody who named the folder meant that.
 */
export async function openRepository(workTree: string): Promise<Repository> {
  const repository = await findRepository(workTree);
  if (!repository) throw new GitRefusal('not_a_work_tree', `${workTree} is in no git repository`, { workTree });
  if ((await realpath(workTree)) !== (await realpath(repository.root))) {
    throw new GitRefusal('not_the_top', `${workTree} is inside the work tree ${repository.root}`, {
      workTree,
      top: repository.root,
    });
  }
  return repository;
}

export interface Head {
  /** undefined when nothing was committed yet. */
  commit: string | undefined;
  /** undefined when HEAD is detached. */
  branch: string | undefined;
}

export async function readHead({ root }: { root: string }): Promise<Head> {
  const [commit, branch] = await Promise.all([
    gitLine(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { cwd: root, answers: [1] }),
    gitLine(['symbolic-ref', '--quiet', '--short', 'HEAD'], { cwd: root, answers: [1] }),
  ]);
  return { commit: commit || undefined, branch: branch || undefined };
}

/** The commit that a ref names, or undefined. */
export async function readRef({ root }: { root: string }, ref: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  return (await gitLine(args, { cwd: root, answers: [1] })) || undefined;
}

const operations = {
  MERGE_HEAD: 'a merge',
  CHERRY_PICK_HEAD: 'a cherry-pick',
  REVERT_HEAD: 'a revert',
  'rebase-merge': 'a rebase',
  'rebase-apply': 'a rebase or a patch series',
  sequencer: 'a series of cherry-picks or reverts',
  BISECT_LOG: 'a bisect',
};

/** Refuses while someone's git operation is half done: its files are theirs until it ends. */
export async function assertCalm({ gitDir, commonDir }: Repository): Promise<void> {
  for (const [file, operation] of Object.entries(operations)) {
    if (await exists(join(gitDir, file))) {
      throw new GitRefusal('operation_in_progress', `The repository is in the middle of ${operation}`, { operation });
    }
  }
  const index = join(gitDir, 'index.lock');
  if (!(await isSoonGone(index))) {
    throw new GitRefusal('index_locked', 'The index has been locked for two seconds', { lock: index });
  }
  // To restore takes no ref away, but its undo does.
  const refs = join(commonDir, 'packed-refs.lock');
  if (!(await isSoonGone(refs))) {
    const said = `The lock file is ${refs}.`;
    throw new GitRefusal('ref_locked', 'The refs of the repository have been locked for two seconds', { said });
  }
}

/** An ordinary git command holds its lock for a moment only. */
async function isSoonGone(lock: string): Promise<boolean> {
  for (let tries = 0; await exists(lock); tries += 1) {
    if (tries === 20) return false;
    await pause(100);
  }
  return true;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
