import type { SignalInput } from '../lib/signal/signal.ts';
import { checkpointsOf } from './actions/saved-states.ts';
import { git } from './git/git-process.ts';
import { findRepository, readHead } from './git/repository.ts';

/**
 * The work tree that a folder (this process's own when left out) is in, and what git says about it. Undefined outside of one; a
 * broken one, or a folder that was removed, is no reason to fail.
 */
export async function gitFacts(
  component: string,
  folder?: string,
): Promise<{ root: string; hasCheckpoint: boolean; facts: NonNullable<SignalInput['git']> } | undefined> {
  try {
    const repository = await findRepository(folder ?? process.cwd());
    if (!repository) return undefined;
    const { root } = repository;
    const head = await readHead(repository);
    const status = await git(['status', '--porcelain', '--no-renames', '-z'], { cwd: root, timeLimitMs: 10_000 });
    const [newest] = await checkpointsOf(root, component);
    return {
      root,
      hasCheckpoint: newest !== undefined,
      facts: {
        ...(head.branch && { branch: head.branch }),
        ...(head.commit && { head: head.commit }),
        dirty: status.stdout.length > 0,
        ...(newest && { checkpoint: newest.details.name }),
      },
    };
  } catch {
    return undefined;
  }
}
