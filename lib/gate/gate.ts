import { z } from 'zod';
import { ComponentChecklist } from '../checklist/component-checklist.ts';
import { Actor, FailureId } from '../failure/ids.ts';
import { Cause } from '../pattern/cause.ts';
import { GateScope } from './gate-scope.ts';

const Time = z.iso.datetime();

/**
 * How much a shut gate lets through.
 * `stop`: nothing, until its holder goes · `hold`: nothing until its time, then one canary item at a time until one of them is
 * done, which opens it · `canary`: one item at a time from the start, until one of them is done · `split`: everything but items
 * of a complexity above 8, which are offered for decomposition instead.
 */
const GateMode = z.enum(['stop', 'hold', 'canary', 'split']);

/** One reason why a gate is shut. A gate is the set of its holders and is open when the set is empty. */
export const GateHolder = z.object({
  schema: z.literal(1),
  scope: GateScope,
  /**
   * Says whose holder it is, so that shutting twice is shutting once: `<failure>#<episode>` (the protocol), `cause#<cause>`
   * (one a scope and cause, whichever failure renewed it last), `emergency#<failure>`, `hand#<user>`, `checklist#<number>`.
   */
  id: z.string().min(1).max(120),
  mode: GateMode,
  /** One plain line, shown in Slack and printed by `kintsugi gate`. */
  reason: z.string().min(1).max(300),
  /** How it opens again, in words. */
  opens: z.string().min(1).max(200),
  failureId: FailureId.optional(),
  cause: Cause.optional(),
  by: Actor,
  at: Time,
  /** When this holder was written first. Its id comes again when it is shut anew: this tells the two apart. */
  shutAt: Time.optional(),
  /** `hold`: nothing goes on before this, and a day later it opens by itself. `canary`, `split`: it opens by itself then. */
  until: Time.optional(),
  /** The one item that is let through to see whether it works again. Free again after `until`. */
  canary: z.object({ workItemId: z.string(), until: Time }).optional(),
  /** How many canaries failed one after the other: each doubles the next hold. */
  failedCanaries: z.int().min(0).optional(),
  /** Written anew with each change; a conditional write names the one that was read. */
  rev: z.string(),
});
export type GateHolder = z.infer<typeof GateHolder>;

/**
 * A holder that was opened by hand, by its canary or by its time. It is remembered, so that a failure which is still open does
 * not shut the gate again for the reason that was opened; a newer reason does.
 */
export const OpenedGate = GateHolder.pick({ scope: true, id: true, failureId: true, by: true, at: true }).extend({
  /** The failure that held it knows: its card says so. */
  isTold: z.literal(true).optional(),
});
export type OpenedGate = z.infer<typeof OpenedGate>;

/** What gets a gate shut: a holder before it is written. */
export type HolderDraft = Pick<
  GateHolder,
  'scope' | 'id' | 'mode' | 'reason' | 'opens' | 'failureId' | 'cause' | 'by' | 'until'
> & {
  /** When the reason arose: a gate that was opened after it stays open. */
  since: string;
};

/** The part of kintsugi.yml that hosts need to know, above all which gates concern them; published with the gates by the functions. */
export const GateRegistry = z.object({
  schema: z.literal(1),
  /** Component → what it cannot work without, as kintsugi.yml names it. */
  dependsOn: z.record(z.string(), z.array(GateScope)),
  /** Component → what kintsugi.yml asks on its checklist. */
  checklists: z.record(z.string(), ComponentChecklist).optional(),
  /** How long work items that are done are kept; the policy's own default when absent. */
  doneWorkDays: z.int().optional(),
  publishedAt: Time,
});
export type GateRegistry = z.infer<typeof GateRegistry>;

/** All gates that are shut, and what was opened of late. It is a small set: read as a whole, with one consistent query. */
export interface HeldGates {
  holders: GateHolder[];
  opened: OpenedGate[];
  /** What stands among the gates and says not even which gate it means: it can hold none, and somebody should look at it. */
  unreadable: string[];
}

/** What a question about a gate is answered from. */
export interface GateState extends HeldGates {
  registry?: GateRegistry;
}

/**
 * What of a holder cannot be read was meant to stop something, so it stops its gate until a person opens that; nothing renews
 * or replaces it.
 */
export const quarantine = 'system:gates';
export const isQuarantined = ({ by }: Pick<GateHolder, 'by'>): boolean => by === quarantine;

/** Who opened a gate that opened by itself. */
export const byTime = 'system:time';

export interface GateStore {
  /** Both of the following at once. */
  read(): Promise<GateState>;
  held(): Promise<HeldGates>;
  /** Hosts may read it and not write it. Throws when it cannot be read: nobody can say then what depends on what. */
  registry(): Promise<GateRegistry | undefined>;
  /** Writes a new holder, or replaces the one whose `rev` is `expected`. False: somebody was first, read again. */
  put(holder: GateHolder, options: { expected: string | undefined }): Promise<boolean>;
  /** False when it is not there at this `rev` (any more). With `opened` that is remembered in its place, for thirty days. */
  remove(holder: GateHolder, options?: { opened?: Pick<OpenedGate, 'by' | 'at'> }): Promise<boolean>;
  /** The failure that held it knows. Changes nothing when the gate was shut or opened anew meanwhile. */
  told(opened: OpenedGate): Promise<void>;
  publish(registry: GateRegistry): Promise<void>;
}

/** May work on a component go on? Exit codes of `kintsugi gate`: go 0, hold 10, stop 20. */
export type GateAnswer =
  /**
   * `canaryOf`: this item is let through to see whether it works again; its claim is written on these holders.
   * `splits`: what is too complex would be split first, and nobody said how complex this is.
   */
  | { kind: 'go'; canaryOf: GateHolder[]; splits?: GateHolder[] }
  | { kind: 'hold'; until?: string; holders: GateHolder[] }
  /** It is not handed out: it is too complex to be tried again as it is. */
  | { kind: 'split'; holders: GateHolder[] }
  | { kind: 'stop'; holders: GateHolder[] };
