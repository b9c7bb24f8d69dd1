import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { generateKeys } from '../../lib/adapters/signing/ed25519.ts';
import { FailureId, RunId } from '../../lib/failure/ids.ts';
import type { RunOrder, RunStep, Strategy } from '../../lib/recovery/run.ts';
import type { Site } from '../../runner/actions/action.ts';
import { recoveries } from '../../runner/actions/registry.ts';
import { type Journal, openJournal, type RunJournal } from '../../runner/journal.ts';
import { readRunnerConfig } from '../../runner/read-config.ts';

const queue = 'http://127.0.0.1:9/000000000000/none';
let runs = 0;

/** A folder with a runner.yml in it, and a journal: what a tool needs, without queues. Gone after the test. */
export function toolHost(tools: object, atEnd: (done: () => void) => void = onTestFinished) {
  const home = mkdtempSync(join(tmpdir(), 'kintsugi-tools-'));
  atEnd(() => rmSync(home, { recursive: true, force: true }));
  const configFile = join(home, 'runner.yml');
  const configure = (next: object) =>
    writeFileSync(
      configFile,
      stringify({
        name: 'demo',
        queues: { commands: queue, results: queue, failures: queue },
        keys: { file: 'runner.key', recovery: generateKeys().publicKey },
        journal: 'journal',
        ...next,
      }),
    );
  configure(tools);
  mkdirSync(join(home, 'journal'));
  const journal = openJournal(join(home, 'journal'));

  return {
    home,
    configFile,
    configure,
    journal,
    path: (...parts: string[]) => join(home, ...parts),
    read: (...parts: string[]) => readFileSync(join(home, ...parts), 'utf8'),
    /** Offered and planned, as it is journalled. */
    async plan(strategy: Strategy, { component = 'shop', order = {} as RunOrder } = {}) {
      const config = readRunnerConfig(configFile);
      const run = journal.begin(RunId.parse(`R-${String(++runs).padStart(10, '0')}`));
      const at = new Date().toISOString();
      const offer = {
        version: 1 as const,
        kind: 'offer' as const,
        runner: 'demo',
        failureId: FailureId.parse('F-7K3Q9D'),
      };
      const times = { issuedAt: at, expiresAt: at };
      run.write({
        kind: 'offered',
        at,
        offer: { ...offer, ...times, runId: run.runId, strategy, order, dryRun: false, component },
      });
      const planned = await recoveries[strategy].plan({
        config,
        component,
        workTree: undefined,
        order,
        journal: run,
        past: journal.find,
      });
      if (planned.kind === 'planned') {
        run.write({ kind: 'planned', at, nonce: 'nonce', preview: planned.preview, plan: planned.plan });
      }
      return { run, planned };
    },
    /** Planned, released and carried out. */
    async run(strategy: Strategy, options: { component?: string; order?: RunOrder } = {}) {
      const { run, planned } = await this.plan(strategy, options);
      if (planned.kind === 'refused') throw new Error(planned.reason);
      run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
      const { outcome, steps } = await carryOutOn(configFile, journal, run);
      return { run, preview: planned.preview, outcome, steps };
    },
  };
}
export type ToolHost = ReturnType<typeof toolHost>;

/** Carries a released run out, or goes on with it. */
export async function carryOutOn(
  configFile: string,
  journal: Journal,
  run: RunJournal,
  { isStopping = (): boolean => false, onStep = (_name: string) => {} } = {},
) {
  const offer = run.find('offered')?.offer;
  if (offer?.kind !== 'offer') throw new Error('not offered');
  const { strategy, component, workTree, order } = offer;
  const steps: Omit<RunStep, 'sequence' | 'at'>[] = [];
  const config = readRunnerConfig(configFile);
  const site: Site = { config, component, workTree, order, journal: run, past: journal.find };
  const outcome = await recoveries[strategy].carryOut({
    ...site,
    plan: run.find('planned')?.plan,
    tell: async (step) => {
      steps.push(step);
      onStep(step.name);
    },
    show: async (step) => void steps.push(step),
    now: () => new Date(),
    isStopping,
  });
  return { outcome, steps };
}
