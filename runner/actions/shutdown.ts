import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import { hashOfJson } from '../hash.ts';
import type { HostRecovery, Outcome, Site, WorkSite } from './action.ts';
import { serviceTable, startAll, startingAgain, stopAll } from './all-services.ts';
import { beginWork, ended } from './begin-work.ts';
import { componentPlaces, hostComponent } from './component-places.ts';
import { showProgram } from './run-step.ts';
import type { ServiceState } from './services.ts';

/** Components in the order in which they are started; stopped in reverse. */
const componentsOf = ({ order, component }: Site) => (order.components?.length ? order.components : [component]);

/** Stops a component and all that hangs on it: what is started last is stopped first. */
export const shutdown: HostRecovery = {
  places: (site) => componentPlaces(site.config, componentsOf(site)),
  isAble: (config, component) => hostComponent(config, component)?.stop !== undefined,

  async plan(site) {
    const steps = componentsOf(site)
      .toReversed()
      .map((component) => ({ component, stop: hostComponent(site.config, component)?.stop }));
    return planned(
      site,
      'Stops',
      'stop',
      steps.map(({ component, stop }) => ({ component, stop })),
    );
  },

  async carryOut(site) {
    const hindrance = await beginWork(site, shutdown);
    if (hindrance) return hindrance;
    const states = await stopAll(site, componentsOf(site));
    if (states === 'interrupted') return { kind: 'interrupted' };
    return conclude(states, 'stopped', 'Not all of it is stopped');
  },
};

/** Stops what still runs, last started first, then starts all of it in order, and each must be healthy before the next. */
export const restart: HostRecovery = {
  places: shutdown.places,
  isAble: (config, component) => hostComponent(config, component)?.start !== undefined,

  async plan(site) {
    const stops = componentsOf(site)
      .toReversed()
      .filter((component) => hostComponent(site.config, component)?.start)
      .map((component) => ({ component, stop: hostComponent(site.config, component)?.stop }))
      .filter(({ stop }) => stop !== undefined);
    const starts = componentsOf(site).map((component) => ({
      component,
      start: hostComponent(site.config, component)?.start,
    }));
    return planned(site, 'Restarts', 'start', [...stops, ...starts]);
  },

  async carryOut(site) {
    const hindrance = await beginWork(site, restart);
    if (hindrance) return hindrance;
    const components = componentsOf(site);
    return startingAgain(site, components, (firm) => stopAndStart(firm, components));
  },
};

async function stopAndStart(site: WorkSite, components: readonly string[]): Promise<Outcome> {
  const stopped = await stopAll(
    site,
    components.filter((name) => hostComponent(site.config, name)?.start),
  );
  if (stopped === 'interrupted') return { kind: 'interrupted' };
  // One that still answers keeps its port and its files: a second one beside it would only do harm.
  const stuck = stopped.filter(
    ({ state, component }) => state === 'bad' && hostComponent(site.config, component)?.health,
  );
  const free = components.filter((name) => !stuck.some(({ component }) => component === name));
  const started = await startAll(site, free);
  if (started === 'interrupted') return { kind: 'interrupted' };
  // Nobody says healthy of what has no health command.
  const unasked = started.filter(
    ({ state, component }) => state === 'good' && !hostComponent(site.config, component)?.health,
  );
  const names = unasked.map(({ component }) => component).join(', ');
  const all = unasked.length === started.filter(({ state }) => state === 'good').length;
  const good = all
    ? 'started, not checked'
    : names
      ? `started and healthy (not checked: ${names})`
      : 'started and healthy';
  return conclude([...stuck, ...started], good, 'Not all of it works');
}

type Step = { component: string } & Partial<Record<'stop' | 'start', { command: string[] } | undefined>>;

function planned(site: Site, verb: string, key: 'stop' | 'start', steps: Step[]) {
  const here = steps.filter((step) => step[key] !== undefined);
  const names = [...new Set(here.map(({ component }) => component))];
  const elsewhere = steps.filter((step) => !step.stop && !step.start).map(({ component }) => component);
  if (names.length === 0) {
    return {
      kind: 'refused' as const,
      code: 'not_configured',
      reason: `The runner.yml of ${site.config.name} has no ${key} command for ${componentsOf(site).join(', ')}.`,
      advice: `Add components.<name>.${key} there. Nothing was touched.`,
    };
  }
  const work = steps.filter((step) => step.stop ?? step.start);
  const items = [
    ...work.map((step) => ({
      what: shorten(`${step.component}: ${showProgram(step.stop ?? step.start ?? { command: [] })}`, limits.path),
      change: step.stop ? ('stop' as const) : ('start' as const),
    })),
    ...elsewhere.map((component) => ({ what: `${component}: not on this host, skipped`, change: 'keep' as const })),
  ];
  const skipped = elsewhere.length > 0 ? `; not on this host: ${elsewhere.join(', ')}` : '';
  const preview = {
    hash: hashOfJson([verb, steps]),
    summary: shorten(`${verb} ${names.join(', ')}${skipped}`, limits.detail),
    items: items.slice(0, limits.paths),
    total: items.length,
  };
  return { kind: 'planned' as const, preview, plan: { kind: key } };
}

function conclude(states: ServiceState[], good: string, bad: string) {
  const broken = states.filter(({ state }) => state === 'bad');
  const table = serviceTable(states);
  if (broken.length > 0) {
    return ended(false, `${bad}: ${broken.map(({ component, how }) => `${component} (${how})`).join('; ')}.`, {
      table,
    });
  }
  const names = states.filter(({ state }) => state === 'good').map(({ component }) => component);
  return ended(true, `${names.join(', ')}: ${good}.`, { table });
}
