import { PoisonError } from '../errors.ts';
import type { Policy } from '../policy/policy.ts';
import { RunnerPresence, RunnerReport, type SignedEnvelope, type VerifyEnvelope } from './command.ts';

/**
 * What a runner says in an envelope, once its signature is proven to be that of the runner it names. Anything else is poison, which is
 * kept for the operator: `forged_report` when the signature does not hold, `invalid_report` when it holds and the text does not.
 */
export function openReport(
  { policy, verify }: { policy: Policy; verify: VerifyEnvelope },
  envelope: SignedEnvelope,
): RunnerReport | RunnerPresence {
  const body = parseBody(envelope.payload);
  const runner = typeof body === 'object' && body !== null && 'runner' in body ? String(body.runner) : undefined;
  if (runner === undefined) throw new PoisonError('invalid_report', 'payload: it names no runner.');
  const known = Object.hasOwn(policy.runners, runner) ? policy.runners[runner] : undefined;
  if (!known) throw new PoisonError('forged_report', `runner: "${runner}" is not declared in kintsugi.yml.`);
  if (!known.publicKey) {
    const advice = `runners.${runner}.publicKey is missing in kintsugi.yml: add the key that the runner prints when it starts.`;
    throw new PoisonError('forged_report', advice);
  }
  if (!verify(envelope, known.publicKey)) {
    const advice = `The signature is not that of runner ${runner}. If the runner has a new key, put it into kintsugi.yml.`;
    throw new PoisonError('forged_report', advice);
  }
  const isPresence = typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'presence';
  const parsed = (isPresence ? RunnerPresence : RunnerReport).safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PoisonError('invalid_report', `payload.${issue?.path.join('.')}: ${issue?.message}`);
  }
  return parsed.data;
}

function parseBody(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch (cause) {
    throw new PoisonError('invalid_report', 'payload: it is not JSON.', { cause });
  }
}
