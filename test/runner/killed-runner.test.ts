import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadOrCreateKeys } from '../../runner/keys.ts';
import { brokenHost, bundled, type Queues, startQueues, startRecovery, startRunner } from './control-room.ts';

let queues: Queues;
let runner: { script: string; remove(): void };
beforeAll(async () => {
  [queues, runner] = await Promise.all([startQueues(), bundled(join(import.meta.dirname, 'dying-runner.ts'))]);
});
afterAll(async () => {
  await queues.stop();
  runner.remove();
});

async function killAndRestart(dieAt: number, options: Parameters<typeof brokenHost>[1]) {
  const host = await brokenHost(queues, options);
  const before = host.git('status', '--porcelain');
  const recovery = startRecovery(queues, host);
  recovery.trust(loadOrCreateKeys(join(host.home, 'runner.key')).publicKey);
  const first = startRunner(host, { script: runner.script, env: { DIE_AT: String(dieAt) } });
  let second: ReturnType<typeof startRunner> | undefined;
  try {
    await first.started;
    const runId = await recovery.request();
    expect(await first.ended).toBe('SIGKILL');
    second = startRunner(host, { script: runner.script });
    await second.started;
    const { run, failure } = await recovery.ended(runId);
    expect(await second.stop()).toBe(0);
    return {
      run,
      failure,
      journal: readFileSync(join(host.home, 'journal', `${runId}.jsonl`), 'utf8'),
      shop: host.read('shop.sh'),
      isAsBefore: host.git('status', '--porcelain') === before,
      savedStates: host.git('for-each-ref', '--format=%(refname)', 'refs/kintsugi/before-recovery').split('\n'),
    };
  } catch (error) {
    const said = `${first.output()}\n--\n${second?.output()}`;
    throw new Error(`${error instanceof Error ? error.message : error}\n${said}`, { cause: error });
  } finally {
    for (const { child } of [first, ...(second ? [second] : [])]) child.kill('SIGKILL');
    await recovery.stop();
    host.remove();
  }
}

/** `npm test` takes the entries around what is done to the tree, `npm run test:destructive` each of them. */
const isWhole = process.env.KINTSUGI_DESTRUCTIVE === 'whole';

describe.concurrent('a runner that is killed and started again', () => {
  // offered, planned, ready, go, save started, saved, save done, roll back started, restored, roll back done, check
  // started, its process, check done, result, ended.
  it.each(isWhole ? Array.from({ length: 15 }, (_, n) => n + 1) : [2, 5, 6, 8, 9, 12, 14])(
    'ends as if it had not been, when that was after journal entry %i, and restores once',
    async (dieAt) => {
      const { run, failure, journal, shop, savedStates } = await killAndRestart(dieAt, {});
      expect(run).toMatchObject({
        state: 'succeeded',
        reason: 'Rolled 2 paths back to checkpoint good. The check passes (exit 0).',
      });
      expect(failure.status).toBe('resolved');
      expect(shop).toBe('echo fine\n');
      expect(savedStates).toEqual([`refs/kintsugi/before-recovery/${run.id}`]);
      expect(journal.match(/"milestone":"restored"/g)).toHaveLength(1);
      expect(journal.match(/"report":"result"/g)).toHaveLength(1);
    },
  );

  // What is run again has failed, undoing, undo started.
  it.each(isWhole ? [13, 14, 15] : [14])(
    'leaves the tree as before when the recovery does not help, killed after journal entry %i',
    async (dieAt) => {
      const { run, failure, shop, isAsBefore } = await killAndRestart(dieAt, { command: ['false'] });
      expect(run).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('All files are as they were before.'),
      });
      expect(failure.status).toBe('open');
      expect(isAsBefore).toBe(true);
      expect(shop).toBe('echo broken >&2\nexit 3\n');
    },
  );
});
