import { readdir } from 'node:fs/promises';
import { git } from './git-process.ts';
import { look } from './read-entry.ts';
import type { Repository } from './repository.ts';
import { isDotGit, joinNul, onDisk, pathFromBytes, splitNul } from './tree-path.ts';

export interface IgnoredFile {
  path: string;
  bytes: number;
}

/** At most so many ignored files are listed; the folders that were not looked into any more end in a slash. */
const mostListed = 10_000;

/**
 * What the ignore rules cover right now: single files, and whole folders that a rule names. (A folder that only happens to hold
 * nothing but ignored files is no root: tomorrow's file in it may be wanted.)
 */
export async function readIgnoredRoots({ root }: Repository): Promise<string[]> {
  const list = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const candidates = splitNul((await git(list, { cwd: root })).stdout);
  const folders = candidates.filter((path) => path.endsWith('/'));
  const files = candidates.filter((path) => !path.endsWith('/'));
  if (folders.length === 0) return files;
  // This command knows no literal pathspecs; `./` in front takes the meaning from a name like `:(top)`.
  const named = await git(['check-ignore', '-z', '--stdin'], {
    cwd: root,
    env: { GIT_LITERAL_PATHSPECS: '0' },
    input: joinNul(folders.map((path) => `./${path}`)),
    answers: [1],
  });
  return [...files, ...splitNul(named.stdout).map((path) => path.slice('./'.length, -1))];
}

/** The ignored files with their sizes, those nearest to the top first (a `.env` comes before the depths of a package cache). */
export async function listIgnored(repository: Repository, roots: readonly string[]): Promise<IgnoredFile[]> {
  const listed: IgnoredFile[] = [];
  let level = [...roots];
  while (level.length > 0) {
    const below: string[] = [];
    for (const path of level) {
      const stats = look(onDisk(repository.root, path));
      if (listed.length >= mostListed) return listed;
      // git cannot store what is named so: the inside of a repository is that repository's own to keep.
      if (stats && isDotGit(path.slice(path.lastIndexOf('/') + 1))) listed.push({ path: `${path}/`, bytes: 0 });
      else if (stats?.isDirectory()) below.push(path);
      else if (stats) listed.push({ path, bytes: stats.size });
    }
    level = [];
    for (const folder of below) {
      // Deep trees: what is left is named by its folder.
      if (listed.length + level.length >= mostListed) listed.push({ path: `${folder}/`, bytes: 0 });
      else level.push(...(await namesIn(repository, folder)).map((name) => `${folder}/${name}`));
    }
  }
  return listed;
}

async function namesIn({ root }: Repository, folder: string): Promise<string[]> {
  const names = await readdir(onDisk(root, folder), { encoding: 'buffer' }).catch(() => []);
  return names.map(pathFromBytes);
}
