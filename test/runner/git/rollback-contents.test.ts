import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { type Case, checkRollback, startTree } from './check-rollback.ts';
import { makeFolder } from './work-tree.ts';

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
  'binary, empty and large files': {
    given({ write }) {
      write('image', Buffer.from([0, 1, 2, 255, 10, 13, 10, 0]));
      write('empty', '');
      write('large', Buffer.alloc(3_000_001, 'abc'));
    },
    failed({ write }) {
      write('image', Buffer.from([255, 0, 13, 10]));
      write('empty', 'no more');
      write('large', Buffer.alloc(2_000_000, 'x'));
    },
  },
  'executable bits, permissions that git does not know, read-only files': {
    given({ write }) {
      write('run.sh', '#!/bin/sh\n', 0o755);
      write('.env', 'SECRET=1\n', 0o600);
      write('locked', 'keep\n', 0o444);
    },
    failed({ write, chmod }) {
      chmod('run.sh', 0o644);
      chmod('a.txt', 0o755);
      write('.env', 'SECRET=2\n', 0o666);
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
};

describe('a rollback of file changes brings back exactly what was, leaves the rest, and can be undone', () => {
  for (const [title, one] of Object.entries(cases)) it(title, () => checkRollback(startTree(), one));
});
