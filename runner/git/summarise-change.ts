import { git } from './git-process.ts';
import type { Repository } from './repository.ts';
import { splitNul } from './tree-path.ts';

/** How many lines of these paths differ between two snapshots. Bytes that are no text count as none. */
export async function summariseChange(
  { root }: Repository,
  { from, to, paths }: { from: string; to: string; paths: readonly string[] },
): Promise<{ linesAdded: number; linesRemoved: number }> {
  const wanted = new Set(paths);
  const args = ['diff-tree', '-r', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv', from, to];
  const { stdout } = await git(args, { cwd: root });
  let [linesAdded, linesRemoved] = [0, 0];
  for (const line of splitNul(stdout)) {
    const [added = '', removed = '', ...rest] = line.split('\t');
    if (!wanted.has(rest.join('\t'))) continue;
    linesAdded += Number.parseInt(added, 10) || 0;
    linesRemoved += Number.parseInt(removed, 10) || 0;
  }
  return { linesAdded, linesRemoved };
}
