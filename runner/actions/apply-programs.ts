import { z } from 'zod';
import { Program } from '../config.ts';
import type { HostRecovery, Outcome, WorkSite } from './action.ts';
import { beginWork, ended } from './begin-work.ts';
import { evenUnwritten } from './even-unwritten.ts';
import { explain } from './refusal.ts';
import { runStep } from './run-step.ts';

/** What a run of programs was planned to be: with the programs, since it is undone with those that it began with. */
export const ProgramsPlan = z.object({
  kind: z.enum(['action', 'command-pair']),
  title: z.string(),
  /** The action's name in runner.yml. */
  action: z.string().optional(),
  apply: Program,
  verify: Program.optional(),
  undo: Program.optional(),
});
export type ProgramsPlan = z.infer<typeof ProgramsPlan>;

/**
 * Runs a program once, verifies, and undoes when that fails. Killed while the program ran, nobody knows how far it came: it is
 * undone rather than run twice.
 */
export async function applyPrograms(site: WorkSite, recovery: HostRecovery): Promise<Outcome> {
  const { journal, now } = site;
  const plan = ProgramsPlan.parse(site.plan);
  const hindrance = await beginWork(site, recovery);
  if (hindrance) return hindrance;
  const wasUndoing = journal.reached('undoing');
  if (wasUndoing) return takeBack(site, plan, wasUndoing.detail ?? '');
  if (!journal.reached('applied')) {
    if (journal.note('applying')) return takeBack(site, plan, `The runner was ended while "${plan.title}" ran.`);
    if (site.isStopping()) return { kind: 'interrupted' };
    journal.write({ kind: 'note', at: now().toISOString(), name: 'applying', value: plan.title });
  }
  try {
    return await applyAndVerify(site, plan);
  } catch (error) {
    // The journal could not be written, or the like: what may have begun must not stay half-done.
    const { reason, advice } = explain(error);
    return takeBack(evenUnwritten(site), plan, `"${plan.title}" failed (${reason} ${advice}).`);
  }
}

async function applyAndVerify(site: WorkSite, plan: ProgramsPlan): Promise<Outcome> {
  const { journal, now } = site;
  if (!journal.reached('applied')) {
    const { exitCode, how } = await runStep(plan.apply, plan.title, site);
    if (exitCode !== 0) return takeBack(site, plan, `"${plan.title}" failed (${how}).`);
    journal.write({ kind: 'reached', at: now().toISOString(), milestone: 'applied' });
  }
  if (site.isStopping()) return { kind: 'interrupted' };
  const verdict = plan.verify && (await runStep(plan.verify, 'Check', site));
  if (verdict && verdict.exitCode !== 0) return takeBack(site, plan, `The check fails afterwards (${verdict.how}).`);
  const checked = verdict ? `The check passes (${verdict.how}).` : 'There is no check for it in runner.yml.';
  return ended(true, `"${plan.title}" is done. ${checked}`, {
    canUndo: plan.undo !== undefined,
    ...(!verdict && { unverified: true as const }),
  });
}

async function takeBack(site: WorkSite, { undo }: ProgramsPlan, why: string): Promise<Outcome> {
  const { journal, now } = site;
  if (!undo) return ended(false, `${why} It has no undo command in runner.yml: look at the host.`);
  if (!journal.reached('undoing')) {
    journal.write({ kind: 'reached', at: now().toISOString(), milestone: 'undoing', detail: why });
  }
  const { exitCode, how } = await runStep(undo, 'Undo', site);
  return ended(
    false,
    exitCode === 0 ? `${why} It was undone.` : `${why} The undo failed, too (${how}): look at the host.`,
  );
}
