import type { Strategy } from '../../lib/recovery/run.ts';
import type { HostRecovery } from './action.ts';
import { gitRollback } from './rollback-recovery.ts';

/** What is not in runner.yml for a component is refused before anything is touched. */
const notConfigured = (name: string): HostRecovery => ({
  places: () => [],
  isAble: () => false,
  plan: async ({ config, component }) => ({
    kind: 'refused',
    code: 'not_configured',
    reason: `The runner.yml of ${config.name} holds nothing for a ${name} of ${component}.`,
    advice: 'docs/runner.md says what to add.',
  }),
  carryOut: async () => ({
    kind: 'ended',
    ok: false,
    reason: `This runner does no ${name}. Nothing was touched.`,
    refs: [],
  }),
});

/** The closed list of what this runner can carry out. */
export const recoveries: Record<Strategy, HostRecovery> = {
  'rollback-and-retry': gitRollback,
  undo: notConfigured('undo'),
  workaround: notConfigured('workaround'),
  diagnose: notConfigured('diagnose'),
  clean: notConfigured('clean recovery'),
  shutdown: notConfigured('shutdown'),
  restart: notConfigured('restart'),
};
