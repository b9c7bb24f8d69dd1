import { redact } from '../../lib/adapters/redaction/redact.ts';
import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import { hashOfJson } from '../hash.ts';
import type { HostRecovery, Site } from './action.ts';
import { applyPrograms, type ProgramsPlan } from './apply-programs.ts';
import { componentPlaces, hostComponent } from './component-places.ts';
import { pairTitle } from './program-lines.ts';
import { runConfigured } from './run-step.ts';

/** A rollback that is not git's: one program brings the component back, another undoes that. */
export const commandPair: HostRecovery = {
  places: ({ config, component }) => componentPlaces(config, [component]),
  isAble: (config, component) => hostComponent(config, component)?.rollback !== undefined,

  async plan({ config, component, journal }) {
    const programs = hostComponent(config, component)?.rollback;
    if (!programs) {
      const reason = `The runner.yml of ${config.name} has no components.${component}.rollback.`;
      return { kind: 'refused', code: 'not_configured', reason, advice: 'Add it there. Nothing was touched.' };
    }
    const { preview, apply, verify, undo } = programs;
    const said = await runConfigured(preview, journal);
    if (said.exitCode !== 0) {
      const last = shorten(await redact(said.outputTail.trim().split('\n').at(-1) ?? ''), 300);
      const reason = `The preview of the rollback failed (${said.how}). ${last}`.trim();
      return { kind: 'refused', code: 'preview_failed', reason, advice: 'Nothing was touched. Look at the host.' };
    }
    const lines = said.printed.split(/\r?\n/).filter((line) => line.trim() !== '');
    const plan: ProgramsPlan = { kind: 'command-pair', title: pairTitle(component), apply, verify, undo };
    const clean = await Promise.all(lines.slice(0, limits.paths).map(redact));
    return {
      kind: 'planned',
      preview: {
        hash: hashOfJson([plan, lines]),
        summary: shorten(
          `Rolls ${component} back: ${lines.length === 1 ? '1 change' : `${lines.length} changes`}`,
          limits.detail,
        ),
        items: clean.map((line) => ({ what: shorten(line, limits.path), change: 'run' })),
        total: lines.length,
      },
      plan,
    };
  },

  carryOut: (site) => applyPrograms(site, commandPair),
};

/** A checkpoint is git's; without one, a component that has its own pair of commands is rolled back with them. */
export const isCommandPair = ({ config, component, order }: Site) =>
  order.checkpoint === undefined && commandPair.isAble(config, component);
