import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asideFolder } from '../../runner/clean/queue-files.ts';

export const folders = ['pending', 'in-progress', 'failed', 'done'] as const;
export const item = (id: string, title = `Do ${id}`) => `id: ${id}\ntitle: ${title}\npriority: high\n`;

/** A queue of files, below `queue`. */
export function fillQueue(queue: string, files: Record<string, string | Buffer>): void {
  for (const folder of folders) mkdirSync(join(queue, folder), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(queue, path), text);
}

/** Path → hash of every file of the queue, also of what is on its way; what is no file counts by its kind. */
export function queueManifest(queue: string): Record<string, string> {
  const entries = folders.flatMap((folder) => {
    const names = readdirSync(join(queue, folder)).flatMap((name) =>
      name === asideFolder ? readdirSync(join(queue, folder, name)).map((own) => join(name, own)) : [name],
    );
    return names.map((name) => {
      const path = join(queue, folder, name);
      const isFile = lstatSync(path).isFile();
      return [
        `${folder}/${name}`,
        isFile ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'other',
      ] as const;
    });
  });
  return Object.fromEntries(entries.sort());
}
export const hashesOf = (found: Record<string, string>) => Object.values(found).sort();
