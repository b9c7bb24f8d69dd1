import { z } from 'zod';
import { FailureId, RunId } from '../failure/ids.ts';
import { RunnerName } from '../policy/policy.ts';
import { ComponentName } from '../signal/signal.ts';
import { FailedChange, RunOrder, RunPlan, RunStep, RunTable, Strategy } from './run.ts';
import { limits, text } from './text-limits.ts';

/**
 * What travels between `recovery` and a runner. The payload is signed with Ed25519 over its exact bytes, so it is kept as
 * text until the signature is checked. Commands: only `recovery` signs. Reports: each runner signs with its own key.
 */
export const SignedEnvelope = z.strictObject({ payload: z.string().max(200_000), signature: z.string().max(200) });
export type SignedEnvelope = z.infer<typeof SignedEnvelope>;

const addressed = {
  version: z.literal(1),
  runner: RunnerName,
  failureId: FailureId,
  runId: RunId,
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
};

/** Offer, ready, go: an offer makes the runner plan and answer `ready`; only `go` with that plan's nonce makes it act. */
export const RunnerCommand = z.discriminatedUnion('kind', [
  z.strictObject({
    ...addressed,
    kind: z.literal('offer'),
    strategy: Strategy,
    order: RunOrder,
    dryRun: z.boolean(),
    component: ComponentName,
    workTree: z.string().optional(),
  }),
  z.strictObject({ ...addressed, kind: z.literal('go'), nonce: z.string(), planHash: z.string() }),
  z.strictObject({ ...addressed, kind: z.literal('cancel'), reason: z.string() }),
]);
export type RunnerCommand = z.infer<typeof RunnerCommand>;

/**
 * Refusals that are about one command, not about the run: somebody may have forged or replayed it, so they are shown and
 * never end a run. Every other refusal says that the runner will not do this run.
 */
export const commandRefusals: readonly string[] = ['forged', 'expired', 'in-the-future', 'repeated'];

const reported = {
  version: z.literal(1),
  runner: RunnerName,
  failureId: FailureId,
  runId: RunId,
  /** Counts the runner's reports of this run from 1; a sequence seen before is ignored. */
  sequence: z.int().min(1),
  at: z.iso.datetime(),
};

export const RunnerReport = z.discriminatedUnion('kind', [
  /** Again, with a new nonce, when the world had changed by the time of `go`: nothing was touched, and the old plan is void. */
  z.strictObject({ ...reported, kind: z.literal('ready'), plan: RunPlan, nonce: z.string().min(16).max(100) }),
  /** The runner will not do it: nothing was touched; `advice` says what to do. */
  z.strictObject({
    ...reported,
    kind: z.literal('refused'),
    code: text(limits.code),
    reason: text(limits.reason),
    advice: text(limits.advice),
  }),
  z.strictObject({ ...reported, kind: z.literal('step'), step: RunStep.omit({ sequence: true, at: true }) }),
  z.strictObject({ ...reported, kind: z.literal('heartbeat') }),
  z.strictObject({
    ...reported,
    kind: z.literal('result'),
    ok: z.boolean(),
    /** One plain line: "Rolled 3 paths back to checkpoint demo; the check passes (exit 0)". */
    reason: text(limits.reason),
    refs: z.array(text(limits.ref)).max(limits.refs),
    table: RunTable.optional(),
    failedChange: FailedChange.optional(),
    canUndo: z.boolean().optional(),
    /** It ended before anything was begun: that says nothing about whether it would have worked. */
    untouched: z.literal(true).optional(),
    /** It did what it was to do, and had no check to tell whether the component works now. */
    unverified: z.literal(true).optional(),
  }),
]);
export type RunnerReport = z.infer<typeof RunnerReport>;

/** "I am here": sent by each runner at its start and every minute, about no run. */
export const RunnerPresence = z.strictObject({
  version: z.literal(1),
  kind: z.literal('presence'),
  runner: RunnerName,
  at: z.iso.datetime(),
  /** Of the `kintsugi` command. */
  release: z.string().max(40),
  host: z.string().max(200),
  startedAt: z.iso.datetime(),
  /** What it can do, by component: the strategies that its runner.yml has all it needs for. */
  abilities: z.record(ComponentName, z.array(Strategy).max(20)),
  /** The names of its workaround actions, by component. */
  actions: z.record(ComponentName, z.array(z.string().max(64)).max(50)),
  /** The run at work, if there is one. */
  runId: RunId.optional(),
});
export type RunnerPresence = z.infer<typeof RunnerPresence>;

/** Was this payload, byte for byte, signed with the private key of this public one (SPKI, base64)? */
export type VerifyEnvelope = (envelope: SignedEnvelope, publicKey: string) => boolean;
export type SignPayload = (payload: string) => SignedEnvelope;
