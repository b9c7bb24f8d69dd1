import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Program } from '../config.ts';
import type { ProgramResult } from '../run-program.ts';
import type { WorkSite } from './action.ts';
import { hostComponent } from './component-places.ts';
import { runConfigured, runStep } from './run-step.ts';

export const ServiceState = z.object({
  component: z.string(),
  state: z.enum(['good', 'bad', 'skipped']),
  how: z.string(),
});
export type ServiceState = z.infer<typeof ServiceState>;

const goodIf = (isGood: boolean) => (isGood ? ('good' as const) : ('bad' as const));
const askAgainMs = { first: 200, most: 2000 };

/** Stops a component and makes sure that it does not answer any more. */
export async function stopComponent(site: WorkSite, component: string): Promise<ServiceState> {
  const { stop, health } = hostComponent(site.config, component) ?? {};
  if (!stop) return { component, state: 'skipped', how: 'no stop command on this host' };
  const result = await runStep(stop, `Stop ${component}`, site);
  if (!health)
    return { component, state: goodIf(result.exitCode === 0), how: `${result.how}; no health command to verify it` };
  const isDown = await ask(site, health, stop, ({ exitCode }) => exitCode !== 0);
  if (isDown) return { component, state: 'good', how: 'stopped, and its health command fails as it should' };
  const how = result.exitCode === 0 ? 'its health command still passes' : `the stop command failed (${result.how})`;
  return { component, state: 'bad', how };
}

/** Starts a component and waits until it is healthy, as long as its start may take. */
export async function startComponent(site: WorkSite, component: string): Promise<ServiceState> {
  const { start, health } = hostComponent(site.config, component) ?? {};
  if (!start) return { component, state: 'skipped', how: 'no start command on this host' };
  const result = await runStep(start, `Start ${component}`, site);
  if (result.exitCode !== 0) return { component, state: 'bad', how: `the start command failed (${result.how})` };
  if (!health) return { component, state: 'good', how: `${result.how}; no health command to verify it` };
  const begun = performance.now();
  await site.tell({ name: `Health of ${component}`, state: 'started' });
  const last = await ask(site, health, start, ({ exitCode }) => exitCode === 0);
  const durationMs = Math.round(performance.now() - begun);
  const how = last ? 'healthy' : `not healthy within ${start.timeoutSeconds} s`;
  await site.tell({ name: `Health of ${component}`, state: last ? 'done' : 'failed', detail: how, durationMs });
  return { component, state: goodIf(last !== undefined), how };
}

/** Asks until the answer is as hoped for, as long as `limit` says, and at least once. */
async function ask(
  { journal }: Pick<WorkSite, 'journal'>,
  health: Program,
  { timeoutSeconds }: Pick<Program, 'timeoutSeconds'>,
  isHoped: (result: ProgramResult) => boolean,
): Promise<ProgramResult | undefined> {
  const end = performance.now() + timeoutSeconds * 1000;
  for (let wait = askAgainMs.first; ; wait = Math.min(wait * 2, askAgainMs.most)) {
    const result = await runConfigured(health, journal);
    if (isHoped(result)) return result;
    if (performance.now() + wait > end) return undefined;
    await pause(wait);
  }
}
