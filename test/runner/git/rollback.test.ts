import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCheckpoint } from '../../../runner/git/checkpoints.ts';
import { planRollback } from '../../../runner/git/plan-rollback.ts';
import { applyRollback, undoRollback } from '../../../runner/git/restore.ts';
import {
  gitFacts,
  lostBytes,
  makeFolder,
  makeWorkTree,
  manifest,
  openWorkTree,
  reachableHashes,
  type WorkTree,
} from './work-tree.ts';

interface Case {
  /** Before the checkpoint. */
  given?: (tree: WorkTree) => void;
  /** The failed work. */
  failed: (tree: WorkTree) => void;
  /** Paths that the rollback leaves as the failed work made them. */
  left?: string[];
}

/** Strange, but allowed on disk. */
const strangeNames = [
  'new\nline',
  'quo"te',
  "apo'strophe",
  'tab\there',
  '-rf',
  'ünïcødé ✨',
  'back\\slash',
  ' space ',
  ':(glob)*',
  'git~1',
  '*',
];

const cases: Record<string, Case> = {
  'a change that is staged': {
    failed({ write, git }) {
      write('a.txt', 'failed\n');
      git('add', 'a.txt');
      write('a.txt', 'failed more\n');
    },
  },
  'untracked files and folders': { failed: ({ write }) => write('new/deep/file', 'x') },
  'untracked files that were there before, changed and deleted': {
    given({ write }) {
      write('notes.txt', 'mine\n');
      write('scratch/one', '1');
    },
    failed({ write, remove }) {
      write('notes.txt', 'overwritten\n');
      remove('scratch');
    },
  },
  'a rename': { failed: ({ git }) => void git('mv', 'a.txt', 'z.txt') },
  'a rename that changes only case': { failed: ({ git }) => void git('mv', 'a.txt', 'A.txt') },
  'deleted files and folders': { failed: ({ git }) => void git('rm', '-rq', 'src', 'a.txt') },
  'a file taken out of the index and kept': { failed: ({ git }) => void git('rm', '-q', '--cached', 'a.txt') },
  'binary content': {
    given: ({ write }) => write('image', Buffer.from([0, 1, 2, 255, 10, 13, 10, 0])),
    failed: ({ write }) => write('image', Buffer.from([255, 0, 13, 10])),
  },
  'a file larger than any buffer': {
    given: ({ write }) => write('large', Buffer.alloc(9_000_001, 'abc')),
    failed: ({ write }) => write('large', Buffer.alloc(5_000_000, 'x')),
  },
  'an empty file': { given: ({ write }) => write('empty', ''), failed: ({ write }) => write('empty', 'no more') },
  'executable bits, given and taken': {
    given: ({ write }) => write('run.sh', '#!/bin/sh\n', 0o755),
    failed({ chmod }) {
      chmod('run.sh', 0o644);
      chmod('a.txt', 0o755);
    },
  },
  'permissions that git does not know': {
    given: ({ write }) => write('.env', 'SECRET=1\n', 0o600),
    failed: ({ write }) => write('.env', 'SECRET=2\n', 0o666),
  },
  'read-only files': {
    given: ({ write }) => write('locked', 'keep\n', 0o444),
    failed({ write, chmod }) {
      chmod('locked', 0o644);
      write('locked', 'changed\n');
    },
  },
  'symlinks: changed, deleted, added': {
    given({ link }) {
      link('to-a', 'a.txt');
      link('nowhere', '/does/not/exist');
    },
    failed({ link, remove }) {
      remove('to-a');
      link('to-a', 'src');
      remove('nowhere');
      link('new-link', '..');
    },
  },
  'a file that became a folder': {
    failed({ write, remove }) {
      remove('a.txt');
      write('a.txt/b/c', 'x');
    },
  },
  'a folder that became a file': {
    failed({ write, remove }) {
      remove('src');
      write('src', 'a file now');
    },
  },
  'a folder that became an empty folder of another depth': {
    failed({ root, remove }) {
      remove('src');
      mkdirSync(join(root, 'src/deep/er'), { recursive: true });
    },
  },
  'a file that became a symlink, and the other way round': {
    given: ({ link }) => link('to-a', 'a.txt'),
    failed({ write, link, remove }) {
      remove('a.txt');
      link('a.txt', 'src/b.js');
      remove('to-a');
      write('to-a', 'file');
    },
  },
  'a folder that became a symlink to a folder outside': {
    failed({ link, remove }) {
      const outside = makeFolder();
      writeFileSync(join(outside, 'b.js'), 'not ours');
      remove('src');
      link('src', outside);
    },
  },
  'empty folders: removed, added, filled': {
    given({ root }) {
      for (const folder of ['gone/deep', 'filled']) mkdirSync(join(root, folder), { recursive: true });
    },
    failed({ root, write, remove }) {
      remove('gone');
      write('filled/file', 'x');
      mkdirSync(join(root, 'added/deep'), { recursive: true });
    },
  },
  'names with line breaks, quotes, dashes, wildcards and letters of all kinds': {
    given({ write }) {
      for (const name of strangeNames) write(name, `${name}\n`);
    },
    failed({ write, remove }) {
      for (const name of strangeNames) write(name, 'failed');
      remove('-rf');
      write('new\n-file', 'x');
    },
  },
  'names that are not UTF-8': {
    given: ({ write }) => write(Buffer.from([0x66, 0xff, 0xfe, 0x80]), 'latin'),
    failed({ write }) {
      write(Buffer.from([0x66, 0xff, 0xfe, 0x80]), 'failed');
      write(Buffer.from([0xc3, 0x28]), 'added');
    },
  },
  'a detached HEAD': {
    given: ({ git }) => void git('checkout', '-q', '--detach'),
    failed: ({ write }) => write('a.txt', 'x'),
  },
  'commits made by the failed work': {
    failed({ write, commit }) {
      write('a.txt', 'failed\n');
      write('new', 'x');
      commit('failed work');
    },
  },
  'a branch made by the failed work': {
    failed({ write, git, commit }) {
      git('checkout', '-q', '-b', 'fix');
      write('src/b.js', 'failed');
      commit();
    },
  },
  'line ends that git would convert': {
    given({ git, write, commit }) {
      git('config', 'core.autocrlf', 'true');
      write('.gitattributes', 'unix eol=lf\ndos eol=crlf\nid ident\nwide working-tree-encoding=UTF-16\n');
      write('mixed', 'a\r\nb\nc\r');
      write('unix', 'a\r\nb\n');
      write('dos', 'a\nb\r\n');
      write('id', '$Id: left as it is $\n');
      write('wide', Buffer.from('\ufeffwide\n', 'utf16le'));
      commit();
    },
    failed({ write }) {
      for (const name of ['mixed', 'unix', 'dos', 'id']) write(name, 'failed\n');
      write('wide', Buffer.from('\ufefffailed\n', 'utf16le'));
    },
  },
  'content filters, as large-file storage has them': {
    given({ git, write }) {
      git('config', 'filter.shout.clean', 'tr a-z A-Z');
      git('config', 'filter.shout.smudge', 'tr A-Z a-z');
      git('config', 'filter.shout.required', 'true');
      write('.gitattributes', '*.loud filter=shout -text\n');
      write('x.loud', 'quiet\n');
      git('add', '.');
    },
    failed({ write }) {
      write('x.loud', 'Failed\n');
      write('new.loud', 'Added\n');
    },
  },
  'files that git was told to assume unchanged': {
    given: ({ git }) => void git('update-index', '--assume-unchanged', 'a.txt'),
    failed: ({ write }) => write('a.txt', 'unseen by git status\n'),
  },
  'files that a sparse checkout leaves out': {
    given: ({ git }) => void git('sparse-checkout', 'set', '--no-cone', '/*', '!src'),
    failed({ write }) {
      write('a.txt', 'failed');
      write('src/b.js', 'made again by hand');
    },
  },
  'files that are only intended to be added': {
    given({ write, git }) {
      write('later', 'content\n');
      git('add', '--intent-to-add', 'later');
    },
    failed: ({ write }) => write('later', 'failed\n'),
  },
  'an index in conflict after the operation ended': {
    given({ git, write, commit }) {
      git('checkout', '-q', '-b', 'other');
      write('a.txt', 'theirs\n');
      commit();
      git('checkout', '-q', 'main');
      write('a.txt', 'ours\n');
      commit();
      expect(() => git('merge', '-q', 'other')).toThrow();
      for (const file of ['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG'])
        execFileSync('rm', ['-f', git('rev-parse', '--git-path', file)], { cwd: git('rev-parse', '--show-toplevel') });
      expect(git('ls-files', '--unmerged')).toContain('a.txt');
    },
    failed: ({ write }) => write('a.txt', 'resolved wrongly\n'),
  },
  'a deleted .gitignore: what it covered is not taken for new': {
    given: ({ write }) => write('node_modules/dep/index.js', 'dep'),
    failed({ remove, write }) {
      remove('.gitignore');
      write('added', 'x');
    },
  },
  'a new .gitignore over files of the checkpoint': {
    given: ({ write }) => write('data/rows', 'rows'),
    failed({ write, git }) {
      write('.gitignore', 'data/\na.txt\n');
      git('rm', '-q', '--cached', 'a.txt');
      write('data/rows', 'failed');
      write('a.txt', 'failed');
    },
  },
  'new files beside ignored ones': {
    given: ({ write }) => write('logs/old.log', 'old'),
    failed: ({ write }) => write('logs/wanted.txt', 'new'),
  },
  'tracked files inside an ignored folder': {
    given({ write, git }) {
      write('node_modules/ours.js', 'ours');
      git('add', '-f', 'node_modules/ours.js');
    },
    failed: ({ write }) => write('node_modules/ours.js', 'failed'),
  },
  'a repository made inside a tracked folder': {
    failed({ root, write }) {
      makeWorkTree(join(root, 'src'));
      write('src/b.js', 'failed');
    },
  },
  'an inner repository that works on by itself': {
    given: ({ root }) => inner(root, 'agent-2').commit(),
    failed({ root, write }) {
      openWorkTree(join(root, 'agent-2')).write('theirs', 'new work');
      openWorkTree(join(root, 'agent-2')).commit();
      write('a.txt', 'failed');
    },
    left: ['agent-2/theirs'],
  },
  'a submodule that stays as it is, uncommitted work and all': {
    given: addSubmodule,
    failed: ({ write }) => write('a.txt', 'failed'),
  },
  'a pipe, which is never opened': {
    given: ({ root }) => void execFileSync('mkfifo', [join(root, 'pipe')]),
    failed: ({ write }) => write('a.txt', 'failed'),
  },
  'bytes that a replace ref hides': {
    failed({ git, write }) {
      const [shown, other] = [git('rev-parse', 'HEAD:a.txt'), git('rev-parse', 'HEAD:src/b.js')];
      git('replace', shown, other);
      write('a.txt', 'failed');
    },
  },
};

function inner(root: string, path: string): WorkTree {
  const tree = makeWorkTree(join(root, path));
  tree.write('inside', 'inside\n');
  return tree;
}

function addSubmodule({ root, git, write, commit }: WorkTree): void {
  const library = makeWorkTree();
  library.write('lib.c', 'int x;\n');
  library.commit();
  git('submodule', '--quiet', 'add', library.root, 'vendor/lib');
  commit();
  write('vendor/lib/lib.c', 'int dirty;\n');
  write('vendor/lib/untracked', 'x');
  openWorkTree(join(root, 'vendor/lib')).git('add', 'lib.c');
}

/** Stays in the work tree through every case: staged, untracked, ignored and changed work of someone else. */
function bystanders({ write, git }: WorkTree): void {
  write('other/staged', 'staged\n');
  git('add', 'other/staged');
  write('other/staged', 'and changed again\n');
  write('other/untracked', 'mine\n');
  write('node_modules/cache', 'ignored\n');
  write('debug.log', 'ignored too\n');
}

async function check(tree: WorkTree, { given, failed, left = [] }: Case): Promise<void> {
  given?.(tree);
  bystanders(tree);
  const good = manifest(tree.root);
  const before = gitFacts(tree);
  const checkpoint = await createCheckpoint(tree.root, { component: 'api', at: new Date() });
  expect(gitFacts(tree)).toEqual(before);
  expect(manifest(tree.root)).toEqual(good);

  failed(tree);
  const [bad, facts] = [manifest(tree.root), gitFacts(tree)];
  const plan = await planRollback(tree.root, { checkpoint });
  expect(plan.conflicts).toEqual([]);
  expect(manifest(tree.root)).toEqual(bad);

  // Through JSON, as a journal keeps it.
  const done = await applyRollback(JSON.parse(JSON.stringify(plan)), { name: 'run-1', at: new Date() });
  const kept = Object.fromEntries(left.map((path) => [path, bad[path]]));
  expect(manifest(tree.root)).toEqual({ ...good, ...kept });
  expect(gitFacts(tree)).toEqual(facts);
  const innerPaths = /^(agent-2|vendor\/lib)\//;
  const outer = Object.fromEntries(Object.entries(bad).filter(([path]) => !innerPaths.test(path)));
  expect(lostBytes(outer, reachableHashes(tree, done.savedRef))).toEqual([]);

  const undone = await undoRollback(tree.root, done.savedRef, { at: new Date() });
  expect(manifest(tree.root)).toEqual(bad);
  expect(gitFacts(tree)).toEqual(facts);
  expect(undone.restored).toEqual(expect.arrayContaining(done.restored));
}

function startTree(root?: string): WorkTree {
  const tree = makeWorkTree(root);
  tree.write('.gitignore', 'node_modules\n*.log\n');
  tree.write('a.txt', 'one\ntwo\n');
  tree.write('src/b.js', 'export {};\n');
  tree.write('src/deep/c.js', 'export {};\n');
  tree.commit('first');
  return tree;
}

describe('a rollback brings back exactly what was, leaves the rest, and can be undone', () => {
  for (const [title, one] of Object.entries(cases)) it(title, () => check(startTree(), one));

  it('in a repository without commits', async () => {
    const tree = makeWorkTree();
    tree.write('.gitignore', '*.log\nnode_modules\n');
    tree.write('a.txt', 'a');
    await check(tree, {
      failed({ write, git }) {
        write('a.txt', 'failed');
        write('new', 'x');
        git('add', 'new');
      },
    });
  });

  it('in a repository where nothing was ever added', async () => {
    const tree = makeWorkTree();
    tree.write('a.txt', 'a');
    const checkpoint = await createCheckpoint(tree.root, { component: 'api', at: new Date() });
    tree.write('a.txt', 'b');
    await applyRollback(await planRollback(tree.root, { checkpoint }), { name: 'r', at: new Date() });
    expect(readFileSync(join(tree.root, 'a.txt'), 'utf8')).toBe('a');
    expect(gitFacts(tree).index).toBe(gitFacts(makeWorkTree()).index);
  });

  it('in a linked work tree, while the main one is left alone', async () => {
    const main = startTree();
    const linked = join(makeFolder(), 'linked');
    main.git('worktree', 'add', '-q', '-b', 'side', linked);
    const untouched = manifest(main.root);
    await check(openWorkTree(linked), { failed: ({ write }) => write('src/b.js', 'failed') });
    expect(manifest(main.root)).toEqual(untouched);
  });

  it('in a repository with SHA-256 names', async () => {
    const root = makeFolder();
    execFileSync('git', ['init', '-q', '-b', 'main', '--object-format=sha256', root]);
    const tree = openWorkTree(root);
    tree.write('.gitignore', 'node_modules\n*.log\n');
    tree.write('a.txt', 'one\n');
    tree.commit();
    await check(tree, { failed: ({ write }) => write('a.txt', 'failed') });
  });

  it('in a folder whose name git would quote', async () => {
    await check(startTree(join(makeFolder(), 'a:b "c" \\d')), { failed: ({ write }) => write('a.txt', 'failed') });
  });
});
