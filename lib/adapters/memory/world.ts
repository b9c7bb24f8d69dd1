import type { Checklist, Lesson } from '../../checklist/checklist.ts';
import type { FailureId, Fingerprint } from '../../failure/ids.ts';
import type { TimelineEntry } from '../../failure/timeline-entry.ts';
import type { GateHolder, GateRegistry, OpenedGate } from '../../gate/gate.ts';
import type { BundleId, BundleLine, StoredBundle } from '../../noise/bundle.ts';
import type { Storm } from '../../noise/channel-store.ts';
import type { Mute } from '../../noise/mute.ts';
import type { Turn } from '../../noise/turns.ts';
import type { Group, RejectedStore, SignalLedger, StoredFailure, StoredRun } from '../../ports.ts';
import type { PostMortem } from '../../postmortem/post-mortem.ts';
import type { Role } from '../../recovery/roles.ts';
import type { KnownRunner } from '../../recovery/runner-presence.ts';
import type { ReportVersion } from '../../report/report-version.ts';
import type { PageRecord } from '../../response/page.ts';
import type { WorkItemId } from '../../work/work-item.ts';
import type { StoredWork } from '../../work/work-store.ts';

type Entry = Parameters<SignalLedger['record']>[0];
type Rejected = Parameters<RejectedStore['keep']>[0];

export interface MemoryGroup extends Omit<Group, 'firstSeenAt' | 'lastSeenAt'> {
  createdAt: string;
  firstSeenAt?: string;
  lastSeenAt?: string;
  attentionAt?: number;
  sweepAttempts: number;
  parked?: string;
}

export interface MemoryFailure {
  stored: StoredFailure;
  /** Where it stands in its list. */
  listed: string;
  log: Map<number, TimelineEntry>;
  /** It is being taken away: nobody finds it any more. */
  forgotten?: true;
}

/** By `<scope>#<id>`. */
export interface MemoryGates {
  holders: Map<string, GateHolder>;
  opened: Map<string, OpenedGate>;
  registry?: GateRegistry;
}

export interface MemoryBundle extends StoredBundle {
  lease?: { holder: string; until: number };
}

/** What one table holds. Stores that must see each other's writes are made over the same world. */
export interface MemoryWorld {
  signals: Map<string, Entry>;
  groups: Map<Fingerprint, MemoryGroup>;
  failures: Map<FailureId, MemoryFailure>;
  /** By `<failure>/<run>`. */
  runs: Map<string, StoredRun>;
  rejected: Map<string, Rejected>;
  work: Map<WorkItemId, StoredWork>;
  gates: MemoryGates;
  roles: Map<string, Role>;
  runners: Map<string, KnownRunner>;
  /** By `<failure>#<episode>`. */
  postMortems: Map<string, PostMortem>;
  pages: Map<string, PageRecord>;
  /** By `<failure>#<version>`. */
  reports: Map<string, ReportVersion>;
  bundles: Map<BundleId, MemoryBundle>;
  bundleLines: Map<BundleId, Map<FailureId, BundleLine>>;
  mutes: Map<string, Mute>;
  /** By `<component>#<number>`. */
  checklists: Map<string, Checklist>;
  /** By `<component>#<key>`. */
  lessons: Map<string, Lesson>;
  /** By channel, or by the name of what has a budget. */
  channels: Map<string, { next?: number; turns?: readonly Turn[]; storm?: Storm }>;
}

export function memoryWorld(): MemoryWorld {
  return {
    signals: new Map(),
    groups: new Map(),
    failures: new Map(),
    runs: new Map(),
    rejected: new Map(),
    work: new Map(),
    gates: { holders: new Map(), opened: new Map() },
    roles: new Map(),
    runners: new Map(),
    postMortems: new Map(),
    pages: new Map(),
    reports: new Map(),
    bundles: new Map(),
    bundleLines: new Map(),
    mutes: new Map(),
    checklists: new Map(),
    lessons: new Map(),
    channels: new Map(),
  };
}

/** As a table would return it: nobody shares an object with the store, and what is undefined is absent. */
export function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
