import { fixItemId } from '../work/named-item-id.ts';
import { gatesOf } from './depends-on.ts';
import { byTime, type GateAnswer, type GateHolder, type GateState, type HolderDraft, type OpenedGate } from './gate.ts';

/** Items above this are offered for decomposition while a `split` holds. */
export const splitAbove = 8;

export interface GateQuestion {
  component: string;
  /** Of the item, 1 to 10; nobody asks a gate that splits about an item whose complexity is not known. */
  complexity?: number | undefined;
  /** Who would be the canary, or is it. */
  workItemId?: string | undefined;
}

/** The answer of all gates that concern a component. What waits longest, or lets least through, wins. */
export function gateAnswer(
  { holders, registry }: Pick<GateState, 'holders' | 'registry'>,
  { component, complexity, workItemId }: GateQuestion,
  now: Date,
): GateAnswer {
  const gates = gatesOf(component, registry?.dependsOn ?? {});
  const active = holders.filter((holder) => gates.has(holder.scope) && isActive(holder, now));

  const stops = active.filter((holder) => holder.mode === 'stop');
  // Two failures of one component stop it twice: who mends either may go on, past both.
  const mended = new Set(stops.filter((holder) => isMendedBy(holder, workItemId)).map(({ scope }) => scope));
  const inTheWay = stops.filter((holder) => !(mended.has(holder.scope) && isOfFailure(holder)));
  if (inTheWay.length > 0) return { kind: 'stop', holders: inTheWay };

  const held = active.flatMap((holder) => {
    const free = heldUntil(holder, workItemId, now);
    return free === undefined ? [] : [{ holder, free }];
  });
  if (held.length > 0) {
    const until = held.map(({ free }) => free).sort((one, other) => Date.parse(other) - Date.parse(one))[0];
    return { kind: 'hold', ...(until && { until }), holders: held.map(({ holder }) => holder) };
  }

  const splits = active.filter(({ mode }) => mode === 'split');
  if (splits.length > 0 && complexity !== undefined && complexity > splitAbove) {
    return { kind: 'split', holders: splits };
  }
  const isComplexityMissing = splits.length > 0 && complexity === undefined;
  const canaryOf = active.filter(({ mode }) => mode === 'hold' || mode === 'canary');
  return { kind: 'go', canaryOf, ...(isComplexityMissing && { splits }) };
}

/** A hold whose time is over waits this long for its canary; then nobody needs it any more. */
const unaskedMs = 24 * 3_600_000;

/** `canary` and `split` open by themselves at their time; `hold` then lets a canary through, and `stop` waits for its holder. */
export function isActive(holder: Pick<GateHolder, 'mode' | 'until'>, now: Date): boolean {
  const end = endOf(holder);
  return end === undefined || now < end;
}

/** When it opens by itself; undefined: never. */
export function endOf({ mode, until }: Pick<GateHolder, 'mode' | 'until'>): Date | undefined {
  if (mode === 'stop' || until === undefined) return undefined;
  return new Date(Date.parse(until) + (mode === 'hold' ? unaskedMs : 0));
}

/**
 * It was opened after this reason arose, so it stays open. What opened by its time was opened by nobody: that answers no reason
 * which lasts longer.
 */
export function isAnswered(draft: HolderDraft, opened: OpenedGate): boolean {
  if (opened.by !== byTime) return Date.parse(opened.at) >= Date.parse(draft.since);
  const end = endOf(draft);
  return end !== undefined && end.getTime() <= Date.parse(opened.at);
}

/** When this holder lets the next one through at the earliest; undefined when it lets this item through now. */
function heldUntil({ mode, until, canary }: GateHolder, workItemId: string | undefined, now: Date): string | undefined {
  if (mode !== 'hold' && mode !== 'canary') return undefined;
  if (mode === 'hold' && until !== undefined && now.getTime() < Date.parse(until)) return until;
  const isTaken = canary !== undefined && now.getTime() < Date.parse(canary.until);
  return isTaken && canary.workItemId !== workItemId ? canary.until : undefined;
}

/** The item that mends the failure which stopped its component is the one that may go on: else nobody could be handed it. */
function isMendedBy({ id }: Pick<GateHolder, 'id'>, workItemId: string | undefined): boolean {
  return workItemId !== undefined && workItemId === fixItemId(id);
}

/** The stop of a failure's own level; `hand#`, `emergency#` and the like let nobody past. */
const isOfFailure = ({ id }: Pick<GateHolder, 'id'>): boolean => /^F-[0-9A-Z]+#\d+$/.test(id);
