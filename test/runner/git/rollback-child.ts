// Runs one rollback in a process of its own, which the test may kill: NAME KILL-AFTER-STEP, the plan on stdin.
import { readFileSync } from 'node:fs';
import { GitRefusal } from '../../../runner/git/git-refusal.ts';
import { applyRollback } from '../../../runner/git/restore.ts';

const [name = '', killAfter = '-1'] = process.argv.slice(2);
let steps = 0;
try {
  await applyRollback(JSON.parse(readFileSync(0, 'utf8')), {
    name,
    at: new Date(),
    onStep() {
      if (steps++ === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
    },
  });
  process.stdout.write('done');
} catch (error) {
  process.stdout.write(error instanceof GitRefusal ? error.code : String(error));
}
