import { limits } from '../../lib/recovery/text-limits.ts';
import { realPlace } from '../real-place.ts';
import type { HostRecovery, Outcome, WorkSite } from './action.ts';
import { serviceTable, startAll, startingAgain, startStopped, stopAll } from './all-services.ts';
import { beginWork, ended } from './begin-work.ts';
import { Counted, cleanFiles } from './clean-files.ts';
import { componentPlaces, hostComponent } from './component-places.ts';
import { CleanPlan, items, planClean } from './plan-clean.ts';
import type { ServiceState } from './services.ts';
import { verifyComponent } from './verify-component.ts';

/**
 * Clean recovery: stops what is configured, removes temporary paths of the allow-list, moves items that are stuck back to
 * pending/, starts again, counts before and after, and runs the component's check. It loses no item, and a second time there is
 * nothing left to do.
 */
export const clean: HostRecovery = {
  places({ config, component, order }) {
    const { queue } = hostComponent(config, component)?.clean ?? {};
    const components = order.components?.length ? order.components : [component];
    return [...componentPlaces(config, [...new Set([component, ...components])]), ...(queue ? [realPlace(queue)] : [])];
  },
  isAble: (config, component) => hostComponent(config, component)?.clean !== undefined,
  plan: planClean,

  async carryOut(site) {
    const plan = CleanPlan.parse(site.plan);
    const hindrance = await beginWork(site, clean);
    if (hindrance) return hindrance;
    const cleaned = await startingAgain(site, plan.services, (firm) => cleanWhileStopped(firm, plan));
    return cleaned.kind === 'ended' && cleaned.ok ? verified(site, cleaned) : cleaned;
  },
};

async function cleanWhileStopped(site: WorkSite, plan: CleanPlan): Promise<Outcome> {
  const stopped = await stopAll(site, plan.services);
  if (stopped === 'interrupted') return { kind: 'interrupted' };
  const stuck = stopped.find(({ state }) => state === 'bad');
  if (stuck) {
    const why = `${stuck.component} could not be stopped (${stuck.how}), so no file was touched.`;
    // Whatever did not stop may still run: a second one beside it would only do harm.
    const down = stopped.filter(({ state }) => state !== 'bad').map(({ component }) => component);
    const started = await startStopped(site, down);
    return ended(false, why, { table: serviceTable([...started, ...stopped.filter(({ state }) => state === 'bad')]) });
  }
  const noted = site.journal.note('counted');
  const counted = noted ? Counted.parse(noted.value) : await cleanFiles(site, plan);
  if (counted === 'interrupted') return { kind: 'interrupted' };
  const started = await startAll(site, plan.services);
  if (started === 'interrupted') return { kind: 'interrupted' };
  return conclude(plan, counted, started);
}

/** That it is clean and started says nothing of what had failed: its check does. */
async function verified(site: WorkSite, cleaned: Extract<Outcome, { kind: 'ended' }>): Promise<Outcome> {
  const { component } = site;
  const verdict = await verifyComponent(site);
  switch (verdict.kind) {
    case 'works':
      return { ...cleaned, reason: `${cleaned.reason} The check of ${component} passes (${verdict.how}).` };
    case 'fails':
      return {
        ...cleaned,
        ok: false,
        reason: `${cleaned.reason} But the check of ${component} still fails (${verdict.how}).`,
      };
    case 'unknown':
      return {
        ...cleaned,
        unverified: true,
        reason: `${cleaned.reason} Whether ${component} works was not checked: runner.yml has no check for it.`,
      };
    case 'stopped':
      return { kind: 'interrupted' };
    default:
      return verdict satisfies never;
  }
}

function conclude(plan: CleanPlan, counted: Counted, started: ServiceState[]): Outcome {
  const services = serviceTable(started).rows.map(([state = '', name = '', how = '']) => [
    name,
    '',
    '',
    `${state}: ${how}`,
  ]);
  const table = {
    columns: ['What', 'Before', 'After', 'Note'],
    rows: cut([...counted.rows.slice(0, 5), ...services, ...counted.rows.slice(5)]),
  };
  const parts = [
    plan.queue && `${items(counted.moved)} moved back to pending`,
    `${counted.removed} temporary ${counted.removed === 1 ? 'path' : 'paths'} removed`,
    counted.gone > 0 && `${counted.gone} ${counted.gone === 1 ? 'was' : 'were'} gone already`,
    counted.stay > 0 && `${items(counted.stay)} stay where they are (named in the table)`,
    plan.queue &&
      (counted.isSame ? 'what went in equals what came out' : 'some items are missing (named in the table)'),
  ].filter(Boolean);
  const what = `${parts.join('; ')}.`;
  // The plan named only what can be started: skipped, its start is gone from runner.yml, and it is down.
  const broken = started.find(({ state }) => state !== 'good');
  if (broken) return ended(false, `${what} But ${broken.component} does not work: ${broken.how}.`, { table });
  return ended(counted.isSame, what, { table });
}

function cut(rows: string[][]): string[][] {
  const shown = rows.length > limits.rows ? rows.slice(0, limits.rows - 1) : rows;
  const rest = rows.length - shown.length;
  return rest > 0 ? [...shown, [`… and ${rest} more`, '', '', 'There is no room for them here.']] : shown;
}
