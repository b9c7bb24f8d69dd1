import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bringHome } from '../../runner/clean/aside.ts';
import { moveBack } from '../../runner/clean/move-back.ts';
import { asideFolder } from '../../runner/clean/queue-files.ts';
import { hashOf } from '../../runner/hash.ts';
import { readFolder } from '../../runner/mirror/folder.ts';
import { fillQueue, folders, item, queueManifest } from './queue-folder.ts';
import { toolHost } from './tool-host.ts';

const rounds = 80;

function newQueue(files: Record<string, string>): string {
  const queue = toolHost({}).path('queue');
  fillQueue(queue, files);
  return queue;
}

/** The first item that stands in failed/ at this moment, if any does. */
function look(queue: string) {
  const folder = 'failed' as const;
  try {
    const name = readdirSync(join(queue, folder)).find((name) => name.endsWith('.yml')) ?? '';
    const { dev, ino } = lstatSync(join(queue, folder, name), { bigint: true });
    return { folder, name, inode: `${dev}:${ino}`, hash: hashOf(readFileSync(join(queue, folder, name))) };
  } catch {
    return undefined;
  }
}

// Guards against a save that went with the name under which the item had stood.
it.each(['rename', 'truncate'])('loses nothing that an editor saves by %s while the item moves', async (how) => {
  const queue = newQueue({});
  const editor = spawn(process.execPath, [join(import.meta.dirname, 'busy-editor.ts'), queue, how, `${rounds}`], {
    stdio: 'inherit',
  });
  const ended = new Promise((resolve) => editor.once('exit', resolve));
  for (let isOver = false; !isOver; isOver = editor.exitCode !== null) {
    const file = look(queue);
    if (file) await moveBack(queue, file);
    else await new Promise(setImmediate);
  }
  expect(await ended).toBe(0);
  const texts = folders.flatMap((folder) =>
    readdirSync(join(queue, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => readFileSync(join(queue, folder, name), 'utf8')),
  );
  const saved = Array.from({ length: rounds }, (_, round) => `id: last-${how}-${round}\n`);
  expect(saved.filter((text) => !texts.includes(text))).toEqual([]);
});

it('follows no link in the place of its private folder', async () => {
  const queue = newQueue({ 'failed/item.yml': item('old') });
  const elsewhere = toolHost({}).path('elsewhere');
  mkdirSync(elsewhere, { recursive: true });
  writeFileSync(join(elsewhere, 'id_key'), 'key');
  symlinkSync(elsewhere, join(queue, 'failed', asideFolder));
  expect(await bringHome(queue)).toEqual([]);
  const file = look(queue);
  if (!file) throw new Error('not there');
  await moveBack(queue, file).catch(() => undefined);
  expect(readdirSync(elsewhere)).toEqual(['id_key']);
  expect(readFileSync(join(queue, 'failed/item.yml'), 'utf8')).toBe(item('old'));
});

it('puts back what is not as it was looked at, and keeps both when its name is taken by then', async () => {
  const queue = newQueue({ 'failed/item.yml': item('old') });
  const file = look(queue);
  if (!file) throw new Error('not there');
  writeFileSync(join(queue, 'failed/item.yml'), item('new'));
  expect(await moveBack(queue, file)).toEqual({ kind: 'gone' });
  expect(Object.keys(queueManifest(queue))).toEqual(['failed/item.yml']);

  mkdirSync(join(queue, 'failed', asideFolder), { recursive: true });
  for (const name of ['away.yml', 'item.yml']) writeFileSync(join(queue, 'failed', asideFolder, name), item('aside'));
  // While it is on its way, nobody takes its item for removed.
  expect((await readFolder(queue, new Date())).unread.get('away.yml')).toBe('moving');
  expect(await bringHome(queue)).toEqual([
    { folder: 'failed', name: 'away.yml' },
    { folder: 'failed', name: 'item.yml.kept' },
  ]);
  expect(readFileSync(join(queue, 'failed/item.yml'), 'utf8')).toBe(item('new'));
  expect(readFileSync(join(queue, 'failed/item.yml.kept'), 'utf8')).toBe(item('aside'));
  expect(Object.keys(queueManifest(queue))).toEqual(['failed/away.yml', 'failed/item.yml', 'failed/item.yml.kept']);
});
