import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import type { Program } from '../config.ts';
import { hashOfJson } from '../hash.ts';
import type { HostRecovery, Site } from './action.ts';
import { ProgramsPlan } from './apply-programs.ts';
import { beginWork, ended } from './begin-work.ts';
import { componentPlaces, hostComponent } from './component-places.ts';
import { programLines } from './program-lines.ts';
import { runStep } from './run-step.ts';

/** Undoes a workaround or a rollback by commands: with the undo command that stands in runner.yml now. */
export const undoPrograms: HostRecovery = {
  places: ({ config, component }) => componentPlaces(config, [component]),
  isAble: ({ actions, components }, component) =>
    Object.values(actions).some((action) => action.component === component && action.undo) ||
    (Object.hasOwn(components, component) && components[component]?.rollback !== undefined),

  async plan(site) {
    const undone = undoneRun(site);
    const done = undone && programsOf(undone);
    const refuse = (code: string, reason: string) => ({
      kind: 'refused' as const,
      code,
      reason,
      advice: 'Nothing was touched.',
    });
    if (!undone || !done)
      return refuse('unknown_run', `The journal of ${site.config.name} holds no run of commands ${site.order.undoes}.`);
    if (undone.note('undone')) return refuse('already_undone', `Run ${undone.runId} was undone before.`);
    if (!undone.reached('applied') || undone.reached('undoing')) {
      return refuse('nothing_to_undo', `Run ${undone.runId} did not stay in place, so there is nothing to undo.`);
    }
    const undo = undoOf(site, done);
    if (!undo)
      return refuse(
        'not_configured',
        `The runner.yml of ${site.config.name} has no undo for "${done.title}" any more.`,
      );
    const what = shorten(programLines.undo(done.title, undo), limits.path);
    return {
      kind: 'planned',
      preview: { hash: hashOfJson([undone.runId, undo]), summary: what, items: [{ what, change: 'run' }], total: 1 },
      plan: { kind: 'undo-programs' },
    };
  },

  async carryOut(site) {
    const hindrance = await beginWork(site, undoPrograms);
    if (hindrance) return hindrance;
    const undone = undoneRun(site);
    const done = undone && programsOf(undone);
    const undo = done && undoOf(site, done);
    if (!undo) return ended(false, 'Its undo command is not in runner.yml any more: look at the host.');
    const { exitCode, how } = await runStep(undo, `Undo "${done.title}"`, site);
    if (exitCode !== 0) return ended(false, `The undo of "${done.title}" failed (${how}): look at the host.`);
    if (!undone?.note('undone')) {
      undone?.write({ kind: 'note', at: site.now().toISOString(), name: 'undone', value: site.journal.runId });
    }
    return ended(true, `"${done.title}" is undone (${how}).`);
  },
};

/** Was the run that is to be undone one of commands, and not of git? */
export const isOfPrograms = (site: Site) => {
  const undone = undoneRun(site);
  return undone !== undefined && programsOf(undone) !== undefined;
};

const undoneRun = ({ order, past }: Site) => (order.undoes ? past(order.undoes) : undefined);

function programsOf(run: NonNullable<ReturnType<typeof undoneRun>>): ProgramsPlan | undefined {
  const parsed = ProgramsPlan.safeParse(run.find('planned')?.plan);
  return parsed.success ? parsed.data : undefined;
}

function undoOf({ config, component }: Site, { kind, action = '' }: ProgramsPlan): Program | undefined {
  if (kind === 'command-pair') return hostComponent(config, component)?.rollback?.undo;
  const named = Object.hasOwn(config.actions, action) ? config.actions[action] : undefined;
  return named?.component === component ? named.undo : undefined;
}
