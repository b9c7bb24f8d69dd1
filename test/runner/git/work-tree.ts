import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A real repository in a folder of its own, gone when the test has ended. */
export interface WorkTree {
  root: string;
  git(...args: string[]): string;
  write(path: string | Buffer, content: string | Buffer, mode?: number): void;
  link(path: string, target: string): void;
  remove(path: string): void;
  chmod(path: string, mode: number): void;
  commit(message?: string): void;
}

export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kintsugi-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function makeWorkTree(root = makeFolder()): WorkTree {
  mkdirSync(root, { recursive: true });
  gitIn(root, 'init', '-q', '-b', 'main');
  return openWorkTree(root);
}

export function openWorkTree(root: string): WorkTree {
  const at = (path: string | Buffer) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path)]);
  return {
    root,
    git: (...args) => gitIn(root, ...args),
    write(path, content, mode) {
      if (typeof path === 'string') mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(at(path), content);
      if (mode !== undefined) chmodSync(at(path), mode);
    },
    link(path, target) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      symlinkSync(target, at(path));
    },
    remove: (path) => rmSync(at(path).toString(), { recursive: true }),
    chmod: (path, mode) => chmodSync(at(path), mode),
    commit(message = 'work') {
      gitIn(root, 'add', '--all');
      gitIn(root, 'commit', '-q', '--no-verify', '--allow-empty', '-m', message);
    },
  };
}

function gitIn(cwd: string, ...args: string[]): string {
  const settings = ['user.name=Test', 'user.email=test@localhost', 'protocol.file.allow=always', 'gc.auto=0'];
  const configured = settings.flatMap((setting) => ['-c', setting]);
  return execFileSync('git', [...configured, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd();
}

/** Every path on disk with its type, permission bits and the hash of its bytes; `.git` aside. Folders count, too. */
export function manifest(root: string): Record<string, string> {
  const lines: Record<string, string> = {};
  const walk = (folder: Buffer, shown: string) => {
    for (const name of readdirSync(folder, { encoding: 'buffer' })) {
      const at = Buffer.concat([folder, Buffer.from('/'), name]);
      const path = shown + name.toString('latin1');
      const stats = lstatSync(at);
      if (name.toString() === '.git') continue;
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isDirectory()) {
        lines[`${path}/`] = `folder ${mode}`;
        walk(at, `${path}/`);
      } else if (stats.isSymbolicLink()) lines[path] = `link to ${readlinkSync(at, 'latin1')}`;
      else if (stats.isFile()) lines[path] = `${mode} ${createHash('sha256').update(readFileSync(at)).digest('hex')}`;
      else lines[path] = 'special';
    }
  };
  walk(Buffer.from(root), '');
  return lines;
}

/** HEAD, branches and tags, the index byte for byte, and half-done operations: what no save or rollback may touch. */
export function gitFacts({ root, git }: WorkTree): Record<string, string> {
  // A linked work tree has a file there that names its folder.
  const dotGit = join(root, '.git');
  const isFile = lstatSync(dotGit).isFile();
  const gitDir = isFile ? readFileSync(dotGit, 'utf8').trim().slice('gitdir: '.length) : dotGit;
  const read = (name: string) => (existsSync(join(gitDir, name)) ? readFileSync(join(gitDir, name), 'latin1') : 'none');
  const refs = git('for-each-ref', '--format=%(refname) %(objectname)').split('\n');
  return {
    head: read('HEAD'),
    index: createHash('sha256').update(read('index')).digest('hex'),
    config: read('config'),
    refs: refs.filter((ref) => !ref.startsWith('refs/kintsugi/')).join('\n'),
    top: readdirSync(gitDir)
      .filter((name) => !['objects', 'refs'].includes(name))
      .sort()
      .join(' '),
    root,
  };
}

/** The hashes of everything that can be reached from a ref. */
export function reachableHashes({ root }: WorkTree, ref: string): Set<string> {
  const list = execFileSync('git', ['rev-list', '--objects', '--no-object-names', ref], {
    cwd: root,
    encoding: 'utf8',
  });
  const batch = execFileSync('git', ['cat-file', '--batch', '--buffer'], {
    cwd: root,
    input: list,
    maxBuffer: 1 << 30,
  });
  const hashes = new Set<string>();
  for (let at = 0; at < batch.length; ) {
    const end = batch.indexOf('\n', at);
    const size = Number(batch.toString('latin1', at, end).split(' ')[2]);
    const content = batch.subarray(end + 1, end + 1 + size);
    hashes.add(createHash('sha256').update(content).digest('hex'));
    at = end + 1 + size + 1;
  }
  return hashes;
}

/** Files of a manifest whose bytes no ref keeps. */
export function lostBytes(before: Record<string, string>, kept: ReadonlySet<string>): string[] {
  return Object.entries(before)
    .map(([path, line]) => [path, line.split(' ')[1] ?? ''] as const)
    .filter(([, hash]) => /^[0-9a-f]{64}$/.test(hash) && !kept.has(hash))
    .map(([path]) => path);
}

/** What a save lists and leaves where it is. */
export function ignoredPaths({ git }: WorkTree): Set<string> {
  const list = git('-c', 'core.quotePath=false', 'ls-files', '-z', '--others', '--ignored', '--exclude-standard');
  return new Set(list.split('\0'));
}
