import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundled } from './bundled.ts';

const isWhole = process.env.KINTSUGI_DESTRUCTIVE === 'whole';
const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
if (isWhole && !mayMount) console.log('Skipped: recoveries on a full disk (unshare -rm may not mount a tmpfs here).');

it.skipIf(!isWhole || !mayMount)(
  'with no room left, or too little for the next step, a recovery stops and says so, and nothing is lost',
  async () => {
    const child = await bundled(join(import.meta.dirname, 'recover-child.ts'));
    const disk = mkdtempSync(join(tmpdir(), 'kintsugi-full-'));
    try {
      const mount =
        'mount -t tmpfs -o size=24m tmpfs "$1" && mkdir "$1/tmp" && export TMPDIR="$1/tmp" && exec "$2" "$3" "$4" "$1"';
      const node = join(import.meta.dirname, '../../node_modules/.bin/node');
      const args = [
        '-rm',
        'sh',
        '-c',
        mount,
        'sh',
        disk,
        node,
        join(import.meta.dirname, 'disk-full.ts'),
        child.script,
      ];
      const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const { refusals, ends } = JSON.parse(stdout);
      // Both were met: too little room, and enough.
      expect([refusals > 0, ends > 0]).toEqual([true, true]);
    } finally {
      rmSync(disk, { recursive: true, force: true });
      child.remove();
    }
  },
  600_000,
);
