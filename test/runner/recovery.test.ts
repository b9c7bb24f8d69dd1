import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadOrCreateKeys } from '../../runner/keys.ts';
import { identify } from '../../runner/process-identity.ts';
import { takeLock } from '../../runner/process-lock.ts';
import { brokenHost, type Host, type Queues, startQueues, startRecovery, startRunner, until } from './control-room.ts';

let queues: Queues;
beforeAll(async () => {
  queues = await startQueues();
});
afterAll(() => queues.stop());

/** Host, runner process and recovery function; all of it gone afterwards. */
async function play<T>(
  options: Parameters<typeof brokenHost>[1],
  scene: (parts: {
    host: Host;
    recovery: ReturnType<typeof startRecovery>;
    runner: ReturnType<typeof startRunner>;
  }) => Promise<T>,
  endsWith = 0,
): Promise<T> {
  const host = await brokenHost(queues, options);
  const recovery = startRecovery(queues, host);
  recovery.trust(loadOrCreateKeys(join(host.home, 'runner.key')).publicKey);
  const runner = startRunner(host);
  try {
    await runner.started;
    const answer = await scene({ host, recovery, runner });
    expect(await runner.stop()).toBe(endsWith);
    return answer;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\nthe runner said:\n${runner.output()}`, {
      cause: error,
    });
  } finally {
    runner.child.kill('SIGKILL');
    await recovery.stop();
    host.remove();
  }
}

it.concurrent('rolls the failed work back, checks it, and reports each step', () =>
  play({}, async ({ host, recovery }) => {
    const head = [host.git('rev-parse', 'HEAD'), host.git('symbolic-ref', 'HEAD')];
    const runId = await recovery.request();
    const { run, failure } = await recovery.ended(runId);
    expect(run).toMatchObject({
      state: 'succeeded',
      plan: {
        summary: 'Back to checkpoint good: 2 paths',
        total: 2,
        items: [
          { what: 'added.txt', change: 'delete' },
          { what: 'shop.sh', change: 'restore' },
        ],
      },
      reason: 'Rolled 2 paths back to checkpoint good. The check passes (exit 0).',
      refs: [`refs/kintsugi/before-recovery/${runId}`, 'refs/kintsugi/checkpoints/shop/good'],
      failedChange: {
        ref: `refs/kintsugi/before-recovery/${runId}`,
        from: 'refs/kintsugi/checkpoints/shop/good',
        files: 2,
        linesAdded: 3,
        linesRemoved: 1,
        paths: ['added.txt', 'shop.sh'],
      },
      canUndo: true,
    });
    const steps = run.steps.filter(({ state }) => state !== 'started').map(({ name, state }) => `${name}: ${state}`);
    expect(steps).toEqual(['Save everything: done', 'Roll back: done', 'Check: done']);
    expect(failure).toMatchObject({ status: 'resolved', how: 'recovery' });
    expect(host.read('shop.sh')).toBe('echo fine\n');
    expect(host.read('untouched.txt')).toBe('as it was\n');
    expect(existsSync(join(host.shop, 'added.txt'))).toBe(false);
    expect(host.git('show', `refs/kintsugi/before-recovery/${runId}:added.txt`)).toBe('by the failed work');
    expect([host.git('rev-parse', 'HEAD'), host.git('symbolic-ref', 'HEAD')]).toEqual(head);
    expect(recovery.poison).toEqual([]);
  }));

it.concurrent('puts everything back when the check still fails, and says where all of it is', () =>
  // What is run again breaks the check whatever the files say, and prints a secret.
  play(
    { attempts: 2, command: ['sh', '-c', 'echo >built.txt; echo password=hunter2secret; exit 7'] },
    async ({ host, recovery }) => {
      const before = host.git('status', '--porcelain');
      const runId = await recovery.request();
      const { run, failure } = await recovery.ended(runId);
      expect(run).toMatchObject({
        state: 'failed',
        reason:
          'The check still fails after the rollback (exit 7, 2 attempts). All that the run changed is as it was before. ' +
          'Others, or the commands that ran, changed meanwhile: "built.txt". These stay as they are now.',
        refs: expect.arrayContaining([`refs/kintsugi/before-recovery/${runId}`, `refs/kintsugi/before-undo/${runId}`]),
      });
      expect(failure).toMatchObject({ status: 'open', outcomes: [{ worked: 0, tried: 1 }] });
      expect(host.git('status', '--porcelain')).toBe(`${before}\n?? built.txt`);
      expect(host.read('added.txt')).toBe('by the failed work\n');
      const tails = run.steps.map(({ outputTail }) => outputTail).filter((tail) => tail !== undefined);
      expect(tails).toEqual(['password=[redacted secret]', 'password=[redacted secret]']);
    },
  ));

it.concurrent('says which of the files that it brought back the retry or the check has changed again', () =>
  play(
    { command: ['sh', '-c', 'echo "echo another" >shop.sh; echo again >added.txt; echo new >built.txt'] },
    async ({ recovery }) => {
      const { run } = await recovery.ended(await recovery.request());
      expect(run).toMatchObject({
        state: 'succeeded',
        reason:
          'Rolled 2 paths back to checkpoint good. The check passes (exit 0). ' +
          'But what ran since has changed some of them again: "added.txt", "shop.sh". Look at them.',
      });
    },
  ));

/** Between ready and go, once: nobody looks at the plan again before it is released. */
function meanwhile({ world }: Host, edit: () => void): void {
  const { ports } = world;
  const send = ports.commands.send;
  let isEdited = false;
  ports.commands = {
    async send(command) {
      if (command.kind === 'go' && !isEdited) edit();
      isEdited ||= command.kind === 'go';
      await send(command);
    },
  };
}

it.concurrent('touches nothing when somebody edited a file after the preview, and names it', () =>
  play({}, async ({ host, recovery }) => {
    meanwhile(host, () => writeFileSync(join(host.shop, 'shop.sh'), 'echo edited by hand\n'));
    const { run, failure } = await recovery.ended(await recovery.request());
    expect(run).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(
        /^Somebody changed these files after the plan was shown: "shop\.sh"\. Nothing was touched/,
      ),
    });
    expect(failure).toMatchObject({ status: 'open', outcomes: [] });
    expect([host.read('shop.sh'), host.read('added.txt')]).toEqual(['echo edited by hand\n', 'by the failed work\n']);
  }));

it.concurrent('plans again when less is to be done than was shown, and leaves a file that was edited meanwhile', () =>
  play({}, async ({ host, recovery }) => {
    meanwhile(host, () => {
      rmSync(join(host.shop, 'added.txt'));
      writeFileSync(join(host.shop, 'untouched.txt'), 'edited by hand\n');
      writeFileSync(join(host.shop, 'new.txt'), 'by hand, too\n');
    });
    const { run } = await recovery.ended(await recovery.request());
    const plans = recovery.reports.flatMap((report) => (report.kind === 'ready' ? [report.plan.items] : []));
    expect(plans.at(-1)).toEqual([{ what: 'shop.sh', change: 'restore' }]);
    const begun = recovery.reports.findIndex(({ kind }) => kind === 'step');
    expect(recovery.reports.slice(begun).filter(({ kind }) => kind === 'ready')).toEqual([]);
    expect(run).toMatchObject({ state: 'succeeded', canUndo: true });
    expect([host.read('untouched.txt'), host.read('new.txt')]).toEqual(['edited by hand\n', 'by hand, too\n']);
  }));

it.concurrent('refuses what it cannot do, with advice, before anything is touched', () =>
  play({}, async ({ host, recovery }) => {
    host.git('update-ref', '-d', 'refs/kintsugi/checkpoints/shop/good');
    const { run, failure } = await recovery.ended(await recovery.request());
    expect(run).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('shop has no checkpoint in this work tree'),
    });
    expect(failure).toMatchObject({ status: 'open', outcomes: [] });
  }));

it.concurrent('finishes the step at hand when it is told to stop, and goes on when it is started again', () =>
  play({ command: ['sleep', '1'] }, async ({ host, recovery, runner }) => {
    const runId = await recovery.request();
    await until(() => recovery.reports.find((report) => report.kind === 'step' && report.step.name === 'Run again'));
    expect(await runner.stop()).toBe(0);
    const doneSteps = () =>
      recovery.reports.flatMap((report) =>
        report.kind === 'step' && report.step.state === 'done' ? [report.step.name] : [],
      );
    await until(() => doneSteps().includes('Run again') || undefined);
    expect((await host.world.run(runId)).run.state).toBe('running');
    const second = startRunner(host);
    try {
      expect((await recovery.ended(runId)).run.state).toBe('succeeded');
      expect(doneSteps()).toEqual(['Save everything', 'Roll back', 'Run again', 'Run again', 'Check']);
    } finally {
      await second.stop();
    }
  }));

it.concurrent('waits for another process that rolls back there, and never undoes for its sake', () =>
  play({}, async ({ host, recovery, runner }) => {
    const lock = takeLock(join(host.shop, '.git', 'kintsugi-rollback.lock'), 'rollback');
    if (!('release' in lock)) throw new Error('not taken');
    const runId = await recovery.request();
    await until(() => runner.output().includes('waiting for it') || undefined);
    lock.release();
    const { run } = await recovery.ended(runId);
    expect(run).toMatchObject({ state: 'succeeded', refs: expect.not.arrayContaining([/before-undo/]) });
  }));

it.concurrent('undoes what it began in a work tree that runner.yml does not name any more', () =>
  play({ command: ['sleep', '1'] }, async ({ host, recovery, runner }) => {
    const before = host.git('status', '--porcelain');
    const runId = await recovery.request();
    await until(() => recovery.reports.find((report) => report.kind === 'step' && report.step.name === 'Run again'));
    await runner.stop();
    const { shop, ...rest } = host.config.workTrees;
    host.git('init', '-q', join(host.home, 'elsewhere'));
    const config = { ...host.config, workTrees: { ...rest, moved: { ...shop, path: 'elsewhere' } } };
    writeFileSync(host.configFile, stringify(config));
    const second = startRunner(host);
    try {
      const { run } = await recovery.ended(runId);
      expect(run).toMatchObject({
        state: 'failed',
        reason: expect.stringMatching(/does not name .*All files are as they were before/),
        refs: expect.arrayContaining([`refs/kintsugi/before-recovery/${runId}`]),
      });
      expect(host.git('status', '--porcelain')).toBe(before);
    } finally {
      await second.stop();
    }
  }));

it.concurrent('ends the program at work when it is made to stop at once', () =>
  play(
    { command: ['sleep', '61'] },
    async ({ host, recovery, runner }) => {
      const runId = await recovery.request();
      const child = await until(() => {
        const journal = readFileSync(join(host.home, 'journal', `${runId}.jsonl`), { encoding: 'utf8', flag: 'a+' });
        return /"kind":"child","pid":(\d+)/.exec(journal)?.[1];
      });
      runner.child.kill('SIGINT');
      await setTimeout(600);
      runner.child.kill('SIGINT');
      expect(await runner.ended).toBe(130);
      await until(() => identify(Number(child)).birth === '' || undefined);
    },
    130,
  ));
