import type { RunTable } from '../../lib/recovery/run.ts';
import type { Outcome, WorkSite } from './action.ts';
import { ended } from './begin-work.ts';
import { evenUnwritten } from './even-unwritten.ts';
import { explain } from './refusal.ts';
import { isHealthy, ServiceState, startComponent, stopComponent } from './services.ts';

type States = ServiceState[] | 'interrupted';

/** Last started first. One that does not stop is no reason to let the others run on. */
export async function stopAll(site: WorkSite, components: readonly string[]): Promise<States> {
  const states: ServiceState[] = [];
  for (const component of components.toReversed()) {
    const state = await stopOnce(site, component);
    if (state === 'interrupted') return state;
    states.push(state);
  }
  return states;
}

/** In order; the first that does not come up keeps those after it down, since they may hang on it. */
export async function startAll(site: WorkSite, components: readonly string[]): Promise<States> {
  const states: ServiceState[] = [];
  for (const component of components) {
    const broken = states.find(({ state }) => state === 'bad');
    const state: ServiceState | 'interrupted' = broken
      ? { component, state: 'bad', how: `not started, since ${broken.component} does not work` }
      : await startOnce(site, component);
    if (state === 'interrupted') return state;
    states.push(state);
  }
  return states;
}

/** Starts what this run has begun to stop, and nothing else; a request to stop has to wait for that. */
export async function startStopped(site: WorkSite, components: readonly string[]): Promise<ServiceState[]> {
  const states = await startAll({ ...site, isStopping: () => false }, begunToStop(site, components));
  return states === 'interrupted' ? [] : states;
}

/**
 * Work for which components are stopped and started again. From the first stop on, the runner lets go only once they are up: a
 * request to stop waits, and whatever breaks, they are started. Killed, the next start goes on.
 */
export async function startingAgain(
  site: WorkSite,
  components: readonly string[],
  work: (firm: WorkSite) => Promise<Outcome>,
): Promise<Outcome> {
  const isDown = () => begunToStop(site, components).length > 0;
  try {
    return await work({ ...site, isStopping: () => !isDown() && site.isStopping() });
  } catch (error) {
    if (!isDown()) throw error;
    const { reason, advice } = explain(error);
    const started = await startStopped(evenUnwritten(site), components);
    const down = started.filter(({ state }) => state !== 'good').map(({ component }) => component);
    const said = down.length > 0 ? `${down.join(', ')} did not start again.` : 'What was stopped is started again.';
    return ended(false, `${reason} ${advice} ${said}`, { table: serviceTable(started) });
  }
}

const stateWords = { good: '🟢 as wanted', bad: '❌ not as wanted', skipped: '➖ skipped' };

export function serviceTable(states: readonly ServiceState[]): RunTable {
  return {
    columns: ['State', 'Component', 'What was seen'],
    rows: states.map(({ state, component, how }) => [stateWords[state], component, how]),
  };
}

const begunToStop = ({ journal }: Pick<WorkSite, 'journal'>, components: readonly string[]) =>
  components.filter((component) => journal.note(`stopping ${component}`));

/** What is done and noted is not done again, unless the component was started by somebody else since, as after a reboot. */
async function stopOnce(site: WorkSite, component: string): Promise<ServiceState | 'interrupted'> {
  const noted = notedState(site, `stopped ${component}`);
  const isOver = noted?.state !== 'good' || site.journal.note(`starting ${component}`);
  if (noted && (isOver || !(await isHealthy(site, component)))) return noted;
  if (site.isStopping()) return 'interrupted';
  // Before the stop: whoever goes on after a kill knows what may be down because of this run.
  note(site, `stopping ${component}`, true);
  const state = await stopComponent(site, component);
  note(site, `stopped ${component}`, state);
  return state;
}

/** What this run had stopped, or was about to start when it was killed, and works by now, is not started a second time. */
async function startOnce(site: WorkSite, component: string): Promise<ServiceState | 'interrupted'> {
  const noted = notedState(site, `started ${component}`);
  if (noted) return noted;
  if (site.isStopping()) return 'interrupted';
  const mayBeUp = site.journal.note(`stopping ${component}`) ?? site.journal.note(`starting ${component}`);
  const isUp = mayBeUp !== undefined && (await isHealthy(site, component));
  if (!isUp) note(site, `starting ${component}`, true);
  const state = isUp ? { component, state: 'good' as const, how: 'healthy' } : await startComponent(site, component);
  note(site, `started ${component}`, state);
  return state;
}

function notedState({ journal }: WorkSite, name: string): ServiceState | undefined {
  const noted = journal.note(name);
  return noted && ServiceState.parse(noted.value);
}

const note = ({ journal, now }: WorkSite, name: string, value: unknown) =>
  journal.write({ kind: 'note', at: now().toISOString(), name, value });
