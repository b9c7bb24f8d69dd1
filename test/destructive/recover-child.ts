/**
 * Carries out one recovery in a process of its own, as a runner does: `SCENE.json DIE-AT`. It kills itself right after the so-manieth
 * thing that it did to the disk (a rename, a removal, a new file or folder, a line on disk, a git command that writes), and counts them all.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import type { Scene, Told } from './scene.ts';

const [sceneFile = '', dieAt = '0'] = process.argv.slice(2);
const scene: Scene = JSON.parse(fs.readFileSync(sceneFile, 'utf8'));
let steps = 0;
const step = () => {
  steps += 1;
  if (steps === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
};

type AnyFunction = (...args: unknown[]) => unknown;
const replace = (target: object, name: string, wrap: (original: AnyFunction) => AnyFunction) =>
  Object.assign(target, { [name]: wrap(Reflect.get(target, name)) });
for (const name of ['rename', 'unlink', 'rmdir', 'mkdir', 'symlink', 'rm']) {
  replace(fs.promises, name, (original) => async (...args) => {
    const answer = await original(...args);
    step();
    return answer;
  });
}
for (const name of ['fsyncSync', 'linkSync', 'renameSync', 'unlinkSync']) {
  replace(fs, name, (original) => (...args) => {
    const answer = original(...args);
    step();
    return answer;
  });
}
/** Those that only read leave the disk as the step before did. */
const isReader = (args: unknown) =>
  Array.isArray(args) &&
  ['rev-parse', 'symbolic-ref', 'ls-files', 'ls-tree', 'cat-file', 'check-ignore'].some((name) => args.includes(name));
replace(childProcess, 'spawn', (original) => (...args) => {
  const child = original(...args);
  if (!isReader(args[1])) step();
  return child;
});
syncBuiltinESMExports();

const { recoveries } = await import('../../runner/actions/registry.ts');
const { openJournal } = await import('../../runner/journal.ts');
const { lockPlaces } = await import('../../runner/lock-places.ts');
const { RunId } = await import('../../lib/failure/ids.ts');
const { RunnerConfig } = await import('../../runner/config.ts');

const config = RunnerConfig.parse(scene.config);
const recovery = recoveries[scene.strategy];
const journal = openJournal(config.journal);
const run = journal.begin(RunId.parse(scene.runId));
const { component, workTree } = scene;
const order = scene.undoes === undefined ? {} : { undoes: RunId.parse(scene.undoes) };
const site = { config, component, workTree, order, journal: run, past: journal.find };
const now = () => new Date();
steps = 0;

const told: Told = await work();
process.stdout.write(JSON.stringify({ ...told, steps }));

async function work(): Promise<Told> {
  for (let plans = 0; plans < 5; plans++) {
    if (!run.find('planned')) {
      const planned = await recovery.plan(site);
      if (planned.kind === 'refused') return { kind: 'refused', reason: planned.reason, refs: [] };
      const { preview, plan } = planned;
      run.write({ kind: 'planned', at: now().toISOString(), nonce: 'n', preview, plan });
    }
    if (!run.reached('go')) run.write({ kind: 'reached', at: now().toISOString(), milestone: 'go' });
    const outcome = await attempt();
    if (outcome.kind === 'ended') return outcome;
    if (outcome.kind !== 'changed') throw new Error(outcome.kind);
    const planned = await recovery.plan({ ...site, shown: run.find('planned')?.plan });
    if (planned.kind === 'refused') return { kind: 'refused', reason: planned.reason, refs: [] };
    const { preview, plan } = planned;
    run.write({ kind: 'planned', at: now().toISOString(), nonce: 'n', preview, plan });
  }
  throw new Error('the plan kept changing');
}

/** Only one recovery works in a place: another waits for it. */
async function attempt() {
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(20)) {
    const lock = await lockPlaces(recovery.places(site), { runId: run.runId, journal: config.journal });
    if (!lock) continue;
    try {
      const outcome = await recovery.carryOut({
        ...site,
        journal: run,
        plan: run.find('planned')?.plan,
        now,
        isStopping: () => false,
        tell: async () => undefined,
        show: async () => undefined,
      });
      if (outcome.kind !== 'locked') return outcome;
    } finally {
      lock.release();
    }
  }
  throw new Error('locked for 20 s');
}
