import { RunnerCommand, SignedEnvelope, type VerifyEnvelope } from '../lib/recovery/command.ts';

export type Judgement =
  | { kind: 'accepted'; command: RunnerCommand }
  /** `command` is there when it says about which run of this runner it is; otherwise nobody can be told. */
  | { kind: 'refused'; code: string; reason: string; command?: RunnerCommand };

/** Clocks of two hosts differ a little; more than this is no accident. */
const clockSkewMs = 60_000;

/** Is this message a command that this runner may act on? Signed by `recovery`, addressed to this runner, and of now. */
export function judgeCommand(
  body: string,
  { runner, publicKey, verify, now }: { runner: string; publicKey: string; verify: VerifyEnvelope; now: Date },
): Judgement {
  const envelope = SignedEnvelope.safeParse(parseJson(body));
  if (!envelope.success) return refused('unreadable', 'It is not a signed command.');
  const parsed = RunnerCommand.safeParse(parseJson(envelope.data.payload));
  const command = parsed.success && parsed.data.runner === runner ? parsed.data : undefined;
  if (!verify(envelope.data, publicKey)) {
    return refused('forged', 'Refused a command whose signature is not that of Kintsugi (keys.recovery).', command);
  }
  if (!parsed.success) return refused('unreadable', 'It is signed, but it is not a command that this version knows.');
  if (!command) return refused('not-mine', `It is for runner ${parsed.data.runner}.`);
  if (Date.parse(command.expiresAt) <= now.getTime()) {
    const clock = `It was good until ${command.expiresAt}; this host's clock says ${now.toISOString()}.`;
    return refused('expired', `Refused a command that came too late (${command.kind}). ${clock}`, command);
  }
  if (Date.parse(command.issuedAt) > now.getTime() + clockSkewMs) {
    const clock = `It was issued at ${command.issuedAt}; this host's clock says ${now.toISOString()}.`;
    return refused('in-the-future', `Refused a command from the future (${command.kind}). ${clock}`, command);
  }
  return { kind: 'accepted', command };
}

function refused(code: string, reason: string, command?: RunnerCommand): Judgement {
  return { kind: 'refused', code, reason, ...(command && { command }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
