import type { ChecklistStore } from '../../../checklist/checklist.ts';
import type { RecordPorts } from '../../../failure/record-signals.ts';
import type { GateStore } from '../../../gate/gate.ts';
import type { BundleStore } from '../../../noise/bundle.ts';
import type { MuteStore } from '../../../noise/mute.ts';
import type { AttentionStore, BundleHints, FailureSearch, Redact, RunStore } from '../../../ports.ts';
import type { PostMortemStore } from '../../../postmortem/post-mortem.ts';
import type { AskMember, AskRole, RoleStore } from '../../../recovery/roles.ts';
import type { RunnerStore } from '../../../recovery/runner-presence.ts';
import type { ReportStore } from '../../../report/report-version.ts';
import type { TurnStore } from '../../../response/turns.ts';
import type { WorkStore } from '../../../work/work-store.ts';
import type { AskNames } from '../people-names.ts';
import type { AskChannel, AskPermalink, AskReaders } from '../readers.ts';

/** What clicks, forms and commands can touch. */
export type SlackPorts = RecordPorts & {
  runs: RunStore;
  gates: GateStore;
  work: WorkStore;
  roles: RoleStore;
  runners: RunnerStore;
  attention: Pick<AttentionStore, 'parked'>;
  bundles: Pick<BundleStore, 'lines' | 'touch'>;
  mutes: MuteStore;
  checklists: ChecklistStore;
  hints: BundleHints;
  postMortems: Pick<PostMortemStore, 'get'>;
  reports: ReportStore;
  turns: TurnStore;
  redact: Redact;
  /** Absent where no memory is set up. */
  search?: FailureSearch;
  /** Asks Slack who belongs to a user group; within the time that a click has. */
  askRole?: AskRole;
  askMember?: AskMember;
  askNames?: AskNames;
  askReaders?: AskReaders;
  askChannel?: AskChannel;
  askPermalink?: AskPermalink;
};
