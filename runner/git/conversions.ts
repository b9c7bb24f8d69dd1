import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { git } from './git-process.ts';
import type { Repository } from './repository.ts';

/** Where git on the usual systems looks for attributes of the whole machine. */
const ofTheMachine = ['/etc', '/usr/local/etc', '/opt/homebrew/etc'].map((folder) => join(folder, 'gitattributes'));

/**
 * May what git stores of a file differ from the bytes on disk, by settings outside of the work tree? `.gitattributes` inside it
 * are for the caller to look for.
 */
export async function mayConvert({ root, commonDir, gitDir }: Repository): Promise<boolean> {
  const settings = ['config', '--get-regexp', '^core\\.(autocrlf|attributesfile)$'];
  const configHome = process.env.XDG_CONFIG_HOME || join(homedir(), '.config');
  const files = [
    join(commonDir, 'info/attributes'),
    join(gitDir, 'info/attributes'),
    join(configHome, 'git/attributes'),
    ...ofTheMachine,
  ];
  const [{ stdout }, ...there] = await Promise.all([
    git(settings, { cwd: root, answers: [1] }),
    ...files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  ]);
  const set = stdout.toString('utf8').trim().split('\n');
  return set.some((line) => line !== '' && line !== 'core.autocrlf false') || there.includes(true);
}

export const isAttributesFile = (path: string) => path.toLowerCase().endsWith('.gitattributes');
