import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { removeAside } from '../../runner/clean/aside.ts';
import { moveBack } from '../../runner/clean/move-back.ts';
import { readQueue } from '../../runner/clean/queue-files.ts';

// Moves all that is stuck in a queue back, killed by SIGKILL right after the DIE_AT-th change to the disk.
const dieAt = Number(process.env.DIE_AT);
let changes = 0;
for (const name of ['mkdir', 'rename', 'link', 'unlink', 'rmdir'] as const) {
  const change = fs[name] as (...args: unknown[]) => Promise<unknown>;
  Object.assign(fs, {
    async [name](...args: unknown[]) {
      const answer = await change(...args);
      if (++changes === dieAt) {
        process.kill(process.pid, 'SIGKILL');
        // The signal is on its way: nothing more happens here.
        for (;;);
      }
      return answer;
    },
  });
}
syncBuiltinESMExports();
const [queue = ''] = process.argv.slice(2);
for (const file of await readQueue(queue)) if (file.folder === 'failed') await moveBack(queue, file);
await removeAside(queue);
