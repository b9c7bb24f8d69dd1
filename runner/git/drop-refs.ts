import { git } from './git-process.ts';
import type { Repository } from './repository.ts';

/** Drops refs, all of them or none. One that is gone already is no matter. */
export async function dropRefs({ root }: Pick<Repository, 'root'>, refs: readonly string[]): Promise<void> {
  const input = refs.map((ref) => `delete ${ref}\0\0`).join('');
  if (input !== '') await git(['update-ref', '-z', '--stdin'], { cwd: root, input });
}
