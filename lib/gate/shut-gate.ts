import { type GateHolder, type HolderDraft, isQuarantined, type OpenedGate } from './gate.ts';
import { type GatePorts, mostLosses } from './gate-ports.ts';
import { isActive, isAnswered } from './may-go-on.ts';

export type Shut =
  | { kind: 'shut'; holder: GateHolder }
  /** It was shut already for this reason, which is renewed: it stays shut at least as long as either says. */
  | { kind: 'extended'; holder: GateHolder }
  | { kind: 'unchanged'; holder: GateHolder }
  /** It would have opened by itself before now. */
  | { kind: 'over' }
  /** It was opened, by hand or by a canary, after this reason arose. */
  | { kind: 'opened-since'; opened: OpenedGate };

/** Shuts a gate for one reason. Safe to repeat: one holder a scope and reason, and a repetition changes nothing. */
export async function shutGate({ gates, ids, now }: GatePorts, draft: HolderDraft): Promise<Shut> {
  for (let losses = 0; losses < mostLosses; losses++) {
    const { holders, opened } = await gates.held();
    const isThis = (one: { scope: string; id: string }) => one.scope === draft.scope && one.id === draft.id;
    const current = holders.find(isThis);
    const since = opened.find(isThis);
    if (!current && since && isAnswered(draft, since)) return { kind: 'opened-since', opened: since };
    if (!current && !isActive(draft, now())) return { kind: 'over' };
    const next = current ? renewed(current, draft) : newHolder(draft, now());
    if (!next) return { kind: 'unchanged', holder: current as GateHolder };
    const holder: GateHolder = { ...next, rev: ids.actionId() };
    if (await gates.put(holder, { expected: current?.rev })) return { kind: current ? 'extended' : 'shut', holder };
  }
  throw new Error(`the gate of ${draft.scope} changed ${mostLosses} times while it was being shut`);
}

function newHolder({ since: _, ...draft }: HolderDraft, at: Date): Omit<GateHolder, 'rev'> {
  return { schema: 1, ...draft, at: at.toISOString(), shutAt: at.toISOString() };
}

/** The holder as this draft leaves it; undefined when it says nothing new. What already lets less through stays so. */
export function renewed(current: GateHolder, { since, ...draft }: HolderDraft): GateHolder | undefined {
  if (isQuarantined(current)) return undefined;
  const isStronger = strength[draft.mode] > strength[current.mode];
  const isLonger =
    draft.mode === current.mode && draft.until !== undefined && isLater(draft.until, current.until, leastGainMs);
  // The same reason, told again by a newer failure: that one's end opens it, not the older one's.
  const isNewer = draft.failureId !== current.failureId && isLater(since, current.at);
  // Who shuts it again by hand says why now, and a checklist what is left; what the protocol finds in other words is the same reason.
  const isReworded = /^(?:hand|checklist)#/u.test(draft.id) && draft.reason !== current.reason;
  if (!isStronger && !isLonger && !isNewer && !isReworded) return undefined;
  const { until: _, ...kept } = current;
  const { mode, opens, until } = isStronger || isLonger ? draft : current;
  return {
    ...kept,
    mode,
    opens,
    ...(until && { until }),
    reason: draft.reason,
    ...(isNewer && { at: since, ...(draft.failureId && { failureId: draft.failureId }) }),
  };
}

const strength: Record<GateHolder['mode'], number> = { split: 0, canary: 1, hold: 2, stop: 3 };

/** In a storm each failure's end is a moment later than the last one's: that is worth a write once a minute. */
const leastGainMs = 60_000;

/** No time at all is for ever. */
function isLater(one: string, other: string | undefined, byMs = 1): boolean {
  return other !== undefined && Date.parse(one) >= Date.parse(other) + byMs;
}
