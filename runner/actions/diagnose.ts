import { gatesOf } from '../../lib/gate/depends-on.ts';
import type { RunTable } from '../../lib/recovery/run.ts';
import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import { hashOfJson } from '../hash.ts';
import type { HostRecovery, Site } from './action.ts';
import { ended } from './begin-work.ts';
import { hostComponent } from './component-places.ts';
import { diskProbe, loadProbe, memoryProbe, portProbes, serviceProbes } from './host-probes.ts';
import { type Finding, type Probe, probe, programProbe } from './probe.ts';
import { readGates } from './read-gates.ts';
import { journalProbe, logProbe } from './recent-errors.ts';

const atOnce = 4;

/** Looks at everything that runner.yml names for a component and at its host. It touches nothing, so it needs no place. */
export const diagnose: HostRecovery = {
  places: () => [],
  isAble: (config, component) =>
    hostComponent(config, component) !== undefined ||
    Object.values(config.workTrees).some((tree) => tree.component === component),

  async plan(site) {
    const { config, component } = site;
    if (!diagnose.isAble(config, component)) {
      const reason = `The runner.yml of ${config.name} does not know ${component}.`;
      return { kind: 'refused', code: 'not_configured', reason, advice: `Add components.${component} there.` };
    }
    const names = (await probesOf(site)).map(({ what }) => what);
    return {
      kind: 'planned',
      preview: {
        hash: hashOfJson(names),
        summary: shorten(
          `Looks at ${names.length} things of ${component} and its host; changes nothing`,
          limits.detail,
        ),
        items: names.slice(0, limits.paths).map((what) => ({ what: shorten(what, limits.path), change: 'check' })),
        total: names.length,
      },
      plan: { kind: 'diagnose' },
    };
  },

  async carryOut(site) {
    if (site.isStopping()) return { kind: 'interrupted' };
    const begun = performance.now();
    await site.tell({ name: 'Look', state: 'started' });
    const findings = await lookAtAll(await probesOf(site));
    await site.tell({ name: 'Look', state: 'done', durationMs: Math.round(performance.now() - begun) });
    const bad = findings.filter(({ state }) => state === 'bad').map(({ what }) => what);
    const unknown = findings.filter(({ state }) => state === 'unknown').length;
    const verdict =
      bad.length === 0
        ? `All that could be looked at is well (${findings.length - unknown}).`
        : `${bad.length} of ${findings.length} are not well: ${bad.join(', ')}.`;
    const silent = unknown > 0 ? ` ${unknown} could not be looked at.` : '';
    return ended(true, shorten(verdict + silent, limits.reason), { table: findingTable(findings) });
  },
};

async function probesOf(site: Site): Promise<Probe[]> {
  const { config, component, journal } = site;
  const { health, diagnose: look } = hostComponent(config, component) ?? {};
  return [
    ...(health ? [programProbe('health', health, journal)] : []),
    ...Object.entries(look?.checks ?? {}).map(([name, program]) => programProbe(`check ${name}`, program, journal)),
    ...serviceProbes(look?.services ?? []),
    ...portProbes(look?.ports ?? []),
    ...(await dependenciesOf(site)).map((name) => dependencyProbe(site, name)),
    ...(look?.journal ? [journalProbe(look.journal)] : []),
    ...(look?.logs ?? []).map(logProbe),
    diskProbe,
    memoryProbe,
    loadProbe,
  ];
}

/** What it cannot work without: as the order says, or as it was published with the gates. */
async function dependenciesOf({ config, component, order }: Site): Promise<string[]> {
  const named = order.components?.filter((name) => name !== component);
  if (named && named.length > 0) return named;
  const gates = await readGates(config).catch(() => undefined);
  return [...gatesOf(component, gates?.registry?.dependsOn ?? {})].filter(
    (name) => name !== component && !name.includes(':'),
  );
}

function dependencyProbe({ config, journal }: Site, name: string): Probe {
  const health = hostComponent(config, name)?.health;
  if (health) return programProbe(`needs ${name}`, health, journal);
  return probe(`needs ${name}`, async () => ({ state: 'unknown', found: 'no health command on this host' }));
}

async function lookAtAll(probes: readonly Probe[]): Promise<Finding[]> {
  const found: Finding[][] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < probes.length; index = next++) found[index] = (await probes[index]?.look()) ?? [];
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return found.flat();
}

const stateWords = { good: '🟢 well', bad: '❌ not well', unknown: '➖ not known' };

/** What is not well is never left out. */
function findingTable(findings: readonly Finding[]): RunTable {
  const order = { bad: 0, unknown: 1, good: 2 };
  const isCut = findings.length > limits.rows;
  const sorted = isCut ? [...findings].sort((a, b) => order[a.state] - order[b.state]) : findings;
  const shown = sorted.slice(0, isCut ? limits.rows - 1 : limits.rows);
  const rows = shown.map(({ state, what, found }) => [
    stateWords[state],
    shorten(what, limits.cell),
    shorten(found, limits.cell),
  ]);
  const rest = findings.length - shown.length;
  return {
    columns: ['State', 'What', 'What was seen'],
    rows: isCut ? [...rows, ['…', `${rest} more`, 'There is no room for them here.']] : rows,
  };
}
