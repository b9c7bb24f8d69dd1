/** Recoveries on a disk that has less and less room, inside a mount that only this process sees: `SCRIPT FOLDER`. Prints what went wrong. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifest } from '../runner/git/work-tree.ts';
import { missingBytes, recover } from './scene.ts';
import { copyStage, recoveryNames, removeHome, setStage } from './stage.ts';

const [script = '', disk = ''] = process.argv.slice(2);
let refusals = 0;
let ends = 0;
for (const name of recoveryNames) {
  mkdirSync(join(disk, 'stage'));
  const stage = await setStage(script, name, {}, join(disk, 'stage'));
  for (const kilobytes of [0, 8, 24, 48, 72, 96, 128, 192, 256, 400, 1000]) {
    const again = copyStage(stage, join(disk, 'again'));
    const { bavail, bsize } = statfsSync(disk);
    const filler = join(disk, 'filler');
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - kilobytes * 1024)));
    const told = await recover(script, again.scene, disk).catch((error: unknown) => String(error));
    rmSync(filler);
    const after = manifest(again.tree.root);
    const refs = again.tree.git('for-each-ref', '--format=%(refname)', 'refs/kintsugi').split('\n');
    assert.deepEqual(missingBytes(again.tree, again.before, after, refs), [], `${name}, ${kilobytes} kB`);
    if (typeof told === 'object' && told.ok) ends += 1;
    else if (name !== 'rollback whose check fails') {
      refusals += 1;
      assert.deepEqual(after, again.before, `${name}, ${kilobytes} kB: ${JSON.stringify(told)}`);
    }
    removeHome(again.home);
  }
  removeHome(stage.home);
}
console.log(JSON.stringify({ refusals, ends }));
