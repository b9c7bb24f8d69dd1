import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { identify } from '../../runner/process-identity.ts';
import { takeLock } from '../../runner/process-lock.ts';

function folderWithLock(content?: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a.lock');
  if (content !== undefined) writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return { folder, file };
}
const parent = { ...identify(process.ppid), token: 'theirs', holder: 'one' };

it('is held by one at a time, whatever its folder is called, and leaves nothing behind', () => {
  const { folder, file } = folderWithLock();
  const lock = takeLock(file, 'one');
  if (!('release' in lock)) throw new Error('not taken');
  const link = join(folder, 'link');
  mkdirSync(join(folder, 'inner'));
  symlinkSync(folder, link);
  for (const name of [file, join(link, 'a.lock')]) {
    expect(takeLock(name, 'one', { fromSameHolder: true })).toMatchObject({ heldBy: { pid: process.pid } });
  }
  lock.release();
  expect(readdirSync(folder)).toEqual(['inner', 'link']);
});

it('is not taken from a process that lives, except by the same holder where that is safe', () => {
  const { file } = folderWithLock(parent);
  expect(takeLock(file, 'one')).toEqual({ heldBy: parent });
  expect(takeLock(file, 'two', { fromSameHolder: true })).toEqual({ heldBy: parent });
  expect(takeLock(file, 'one', { fromSameHolder: true })).toHaveProperty('release');
});

it.each([
  ['this process’s own number, from an earlier life', { ...parent, ...identify(process.pid), birth: 'another-1' }],
  ['this process’s own number and time, which it never took', { ...parent, ...identify(process.pid) }],
  ['a number that another process has by now', { ...parent, birth: `${parent.birth}9` }],
  ['a process that is gone', { ...parent, pid: 2 ** 22 + 7, birth: '' }],
  ['half a file', '{"pi'],
])('is taken over from %s', (_what, content) => {
  const { folder, file } = folderWithLock(content);
  expect(takeLock(file, 'two')).toHaveProperty('release');
  expect(readdirSync(folder)).toEqual(['a.lock']);
});

it('stays where somebody else took it over meanwhile', () => {
  const { file } = folderWithLock();
  const lock = takeLock(file, 'one');
  if (!('release' in lock)) throw new Error('not taken');
  writeFileSync(file, JSON.stringify(parent));
  lock.release();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(parent);
});
