import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import { hashOfJson } from '../hash.ts';
import type { HostRecovery, Site } from './action.ts';
import { applyPrograms, type ProgramsPlan } from './apply-programs.ts';
import { componentPlaces } from './component-places.ts';
import { programLines } from './program-lines.ts';

/** A workaround's action: a program of runner.yml, verified, and undone when that fails. */
export const workaround: HostRecovery = {
  places: ({ config, component }) => componentPlaces(config, [component]),
  isAble: ({ actions }, component) => Object.values(actions).some((action) => action.component === component),

  async plan(site) {
    const { config, component, order } = site;
    const action = actionOf(site);
    const file = `The runner.yml of ${config.name}`;
    if (!action) {
      const known = Object.keys(config.actions).join(', ') || 'none';
      const reason = order.action ? `${file} has no action "${order.action}".` : 'It was not said which action.';
      return {
        kind: 'refused',
        code: 'unknown_action',
        reason,
        advice: `Add it there under actions. It has: ${known}.`,
      };
    }
    if (action.component !== component) {
      const reason = `${file} has "${order.action}" for ${action.component}, not for ${component}.`;
      return {
        kind: 'refused',
        code: 'other_component',
        reason,
        advice: 'Make runner.yml and kintsugi.yml say the same.',
      };
    }
    const { title, undo, verify, component: _component, ...apply } = action;
    const plan: ProgramsPlan = {
      kind: 'action',
      title,
      ...(order.action && { action: order.action }),
      apply,
      ...(verify && { verify }),
      ...(undo && { undo }),
    };
    const items = [
      { what: programLines.apply(title, apply), change: 'run' as const },
      ...(verify ? [{ what: programLines.verify(verify), change: 'check' as const }] : []),
    ];
    const safety = undo ? '' : ' (it has no undo)';
    const summary = shorten(`${title}${safety}`, limits.detail);
    return { kind: 'planned', preview: { hash: hashOfJson(plan), summary, items, total: items.length }, plan };
  },

  carryOut: (site) => applyPrograms(site, workaround),
};

function actionOf({ config: { actions }, order: { action = '' } }: Site) {
  return Object.hasOwn(actions, action) ? actions[action] : undefined;
}
