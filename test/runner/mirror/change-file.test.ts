import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { inodeOf, moveToFree } from '../../../runner/free-name.ts';
import { hashOf } from '../../../runner/hash.ts';
import { bringBackAside, moveFile, replaceText } from '../../../runner/mirror/change-file.ts';
import { type ItemFile, states } from '../../../runner/mirror/folder.ts';

// Only what a test sets differs from the real disk.
vi.mock('node:fs/promises', { spy: true });

const text = 'title: One\n';

async function itemFile() {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-change-'));
  onTestFinished(() => {
    vi.resetAllMocks();
    rmSync(folder, { recursive: true });
  });
  for (const state of states) mkdirSync(join(folder, state));
  const path = join(folder, 'pending/t-1.yaml');
  await writeFile(path, text);
  const file: ItemFile = { state: 'pending', name: 't-1.yaml', text, hash: hashOf(text), mode: 0o644 };
  return { folder, file, path };
}

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
const everything = (folder: string) =>
  states.flatMap((state) => readdirSync(join(folder, state)).map((name) => `${state}/${name}`));

// Guards against a save that went with the old file: its editor had opened it before, and wrote after it was compared.
it('keeps what an editor that had the file open writes while its text is replaced', async () => {
  const { folder, file, path } = await itemFile();
  const editor = openSync(path, 'r+');
  vi.mocked(link).mockImplementationOnce(async (from, to) => {
    await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises').then((fs) => fs.link(from, to));
    writeSync(editor, 'title: Mine\n', 0);
    closeSync(editor);
  });
  expect(await replaceText(folder, file, 'title: Theirs\n')).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('title: Mine\n');
  expect(everything(folder)).toEqual(['pending/t-1.yaml']);
});

// Guards against a file that was removed although it could not be put back.
it('removes nothing that it cannot put back, and the next round brings it', async () => {
  const { folder, file, path } = await itemFile();
  vi.mocked(link).mockImplementation(failing('ENOENT'));
  await expect(moveFile(folder, file, 'done')).rejects.toThrow('ENOENT');
  vi.mocked(link).mockReset();
  expect(await bringBackAside(folder)).toEqual(['pending/t-1.yaml']);
  expect(await readFile(path, 'utf8')).toBe(text);
});

// Guards against half a file under the item's name, and against a writer who goes on with a file that is no item any more.
it('moves the file itself where there are no hard links', async () => {
  const { folder, file, path } = await itemFile();
  const { ino } = lstatSync(path);
  vi.mocked(link).mockImplementation(failing('EPERM'));
  expect(await moveFile(folder, file, 'done')).toBe(true);
  expect(lstatSync(join(folder, 'done/t-1.yaml')).ino).toBe(ino);
  expect(everything(folder)).toEqual(['done/t-1.yaml']);
});

// Guards against one item under two names.
it('leaves a file under one name when its old name cannot go', async () => {
  const { folder, path } = await itemFile();
  const to = join(folder, 'done/t-1.yaml');
  const inode = (await inodeOf(path)) ?? '';
  vi.mocked(unlink).mockImplementationOnce(failing('EACCES'));
  await expect(moveToFree(path, to, inode)).rejects.toThrow('EACCES');
  expect(everything(folder)).toEqual(['pending/t-1.yaml']);
  vi.mocked(unlink).mockImplementationOnce(failing('EACCES')).mockImplementationOnce(failing('EACCES'));
  await expect(moveToFree(path, to, inode)).rejects.toThrow(`${path} and ${to} are one file now`);
});
