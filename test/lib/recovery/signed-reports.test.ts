import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ed25519Signer,
  generateKeys,
  isPublicKey,
  publicKeyOf,
  verifyEnvelope,
} from '../../../lib/adapters/signing/ed25519.ts';
import { PoisonError } from '../../../lib/errors.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { openReport } from '../../../lib/recovery/open-report.ts';

const keys = generateKeys();
const sign = ed25519Signer(keys.privateKey, 'test');
const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures' },
  runners: { demo: { publicKey: keys.publicKey }, keyless: {} },
});
const ports = { policy, verify: verifyEnvelope };
const heartbeat = {
  version: 1,
  runner: 'demo',
  failureId: 'F-7K3Q9D',
  runId: 'R-0123456789',
  sequence: 1,
  at: '2026-05-04T10:00:00.000Z',
  kind: 'heartbeat',
};

function poisonOf(open: () => unknown): PoisonError {
  try {
    open();
  } catch (error) {
    if (error instanceof PoisonError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a signed report', () => {
  it('is opened when the runner that it names signed exactly these bytes', () => {
    expect(openReport(ports, sign(JSON.stringify(heartbeat)))).toMatchObject({ kind: 'heartbeat', runner: 'demo' });
  });

  it.each([
    [
      'signed with another key',
      () => ed25519Signer(generateKeys().privateKey, 'x')(JSON.stringify(heartbeat)),
      'forged_report',
    ],
    ['of an undeclared runner', () => sign(JSON.stringify({ ...heartbeat, runner: 'stranger' })), 'forged_report'],
    [
      'of a name that every object has',
      () => sign(JSON.stringify({ ...heartbeat, runner: 'constructor' })),
      'forged_report',
    ],
    ['of a runner without a key', () => sign(JSON.stringify({ ...heartbeat, runner: 'keyless' })), 'forged_report'],
    ['with an empty signature', () => ({ payload: JSON.stringify(heartbeat), signature: '' }), 'forged_report'],
    ['that is no JSON', () => sign('{'), 'invalid_report'],
    ['that names nobody', () => sign('null'), 'invalid_report'],
    ['of an unknown kind', () => sign(JSON.stringify({ ...heartbeat, kind: 'dance' })), 'invalid_report'],
    ['with one field too many', () => sign(JSON.stringify({ ...heartbeat, extra: 1 })), 'invalid_report'],
  ])('is poison when it is one %s', (_what, envelope, reason) => {
    expect(poisonOf(() => openReport(ports, envelope())).reason).toBe(reason);
  });

  it('is refused whatever byte of it was changed', () => {
    const { payload, signature } = sign(JSON.stringify(heartbeat));
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.constantFrom('0', 'z', '"', ' '), (at, character) => {
        const changed = payload.slice(0, at) + character + payload.slice(at + 1);
        fc.pre(changed !== payload);
        expect(verifyEnvelope({ payload: changed, signature }, keys.publicKey)).toBe(false);
      }),
    );
  });
});

describe('keys', () => {
  it('give back their public half', () => {
    expect(publicKeyOf(keys.privateKey, 'test')).toBe(keys.publicKey);
    expect(isPublicKey(keys.publicKey)).toBe(true);
  });

  it.each(['', 'not base64 at all', keys.privateKey, 'AAAA'])('are told from what is none: %j', (text) => {
    expect(isPublicKey(text)).toBe(false);
    expect(verifyEnvelope(sign('x'), text)).toBe(false);
  });

  it('that cannot sign are named by where they came from, and not shown', () => {
    expect(() => ed25519Signer('c2VjcmV0', 'COMMAND_SIGNING_KEY')).toThrow(/^COMMAND_SIGNING_KEY: is not an Ed25519/);
  });
});
