import type { Policy } from '../policy/policy.ts';
import type { CommandSender, FailureStore, Hints, Ids, Log, Now, RunStore } from '../ports.ts';
import type { RoleStore } from './roles.ts';
import type { RunnerStore } from './runner-presence.ts';

/** What the verbs of recovery can touch; each takes only what it uses. */
export interface RecoveryPorts {
  roles: RoleStore;
  runners: RunnerStore;
  failures: FailureStore;
  runs: RunStore;
  hints: Hints;
  commands: CommandSender;
  policy: Policy;
  ids: Ids;
  now: Now;
  log: Log;
}
