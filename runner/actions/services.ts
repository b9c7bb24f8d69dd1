import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Program } from '../config.ts';
import type { ProgramResult } from '../run-program.ts';
import type { WorkSite } from './action.ts';
import { hostComponent } from './component-places.ts';
import { type Judged, runConfigured, runStep } from './run-step.ts';

export const ServiceState = z.object({
  component: z.string(),
  state: z.enum(['good', 'bad', 'skipped']),
  how: z.string(),
});
export type ServiceState = z.infer<typeof ServiceState>;

const askAgainMs = { first: 200, most: 2000 };

/** Stops a component and makes sure that it does not answer any more: the step is done only then. */
export async function stopComponent(site: WorkSite, component: string): Promise<ServiceState> {
  const { stop, health } = hostComponent(site.config, component) ?? {};
  if (!stop) return { component, state: 'skipped', how: 'no stop command on this host' };
  const judge = health ? (result: ProgramResult) => judgeStop(site, result, { stop, health }) : unverified;
  const { isGood, how } = await runStep(stop, `Stop ${component}`, site, judge);
  return { component, state: goodIf(isGood), how };
}

/** The health command decides, whatever the stop command said of itself. */
async function judgeStop(
  site: WorkSite,
  stopped: ProgramResult,
  { stop, health }: { stop: Program; health: Program },
): Promise<Judged> {
  // One that was killed, or could not be run, says nothing: what hangs still runs.
  const isDown = (result: ProgramResult) => result.isAnswer && result.exitCode !== 0;
  const last = await ask(site, health, stop, isDown);
  if (isDown(last)) return { isGood: true, how: 'stopped, and its health command fails as it should' };
  const seen =
    last.exitCode === 0
      ? 'it still runs: its health command still passes'
      : `nobody knows whether it still runs: its health command gives no answer (${last.how})`;
  return { isGood: false, how: stopped.exitCode === 0 ? seen : `the stop command failed (${stopped.how}); ${seen}` };
}

/** Starts a component and waits until it is healthy, as long as its start may take. */
export async function startComponent(site: WorkSite, component: string): Promise<ServiceState> {
  const { start, health } = hostComponent(site.config, component) ?? {};
  if (!start) return { component, state: 'skipped', how: 'no start command on this host' };
  const result = await runStep(start, `Start ${component}`, site);
  if (result.exitCode !== 0) return { component, state: 'bad', how: `the start command failed (${result.how})` };
  if (!health) return { component, state: 'good', how: (await unverified(result)).how };
  const begun = performance.now();
  await site.tell({ name: `Health of ${component}`, state: 'started' });
  const isUp = (await ask(site, health, start, ({ exitCode }) => exitCode === 0)).exitCode === 0;
  const durationMs = Math.round(performance.now() - begun);
  const how = isUp ? 'healthy' : `not healthy within ${start.timeoutSeconds} s`;
  await site.tell({ name: `Health of ${component}`, state: isUp ? 'done' : 'failed', detail: how, durationMs });
  return { component, state: goodIf(isUp), how };
}

/** At this moment; a component without a health command never says so. */
export async function isHealthy(site: Pick<WorkSite, 'config' | 'journal'>, component: string): Promise<boolean> {
  const { health } = hostComponent(site.config, component) ?? {};
  return health !== undefined && (await runConfigured(health, site.journal)).exitCode === 0;
}

const unverified = async ({ exitCode, how }: ProgramResult): Promise<Judged> => ({
  isGood: exitCode === 0,
  how: `${how}; no health command to verify it`,
});

const goodIf = (isGood: boolean) => (isGood ? ('good' as const) : ('bad' as const));

/** Asks until the answer is as hoped for, as long as `limit` says, and at least once; the last answer. */
async function ask(
  { journal }: Pick<WorkSite, 'journal'>,
  health: Program,
  { timeoutSeconds }: Pick<Program, 'timeoutSeconds'>,
  isHoped: (result: ProgramResult) => boolean,
): Promise<ProgramResult> {
  const end = performance.now() + timeoutSeconds * 1000;
  for (let wait = askAgainMs.first; ; wait = Math.min(wait * 2, askAgainMs.most)) {
    const result = await runConfigured(health, journal);
    if (isHoped(result) || performance.now() + wait > end) return result;
    await pause(wait);
  }
}
