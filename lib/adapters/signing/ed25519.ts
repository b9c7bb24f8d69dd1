import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { ConfigurationError } from '../../errors.ts';
import type { SignPayload, VerifyEnvelope } from '../../recovery/command.ts';

/** Signs a payload's exact bytes. The key is PKCS#8 in base64; `source` says in errors where it came from. */
export function ed25519Signer(privateKey: string, source: string): SignPayload {
  const key = readPrivateKey(privateKey, source);
  return (payload) => ({ payload, signature: sign(null, Buffer.from(payload, 'utf8'), key).toString('base64') });
}

/** Checks an envelope against a public key (SPKI in base64). A key or signature that is no such thing proves nothing. */
export const verifyEnvelope: VerifyEnvelope = ({ payload, signature }, publicKey) => {
  const key = readPublicKey(publicKey);
  if (!key) return false;
  const bytes = Buffer.from(signature, 'base64');
  return bytes.length === 64 && verify(null, Buffer.from(payload, 'utf8'), key, bytes);
};

export function generateKeys(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

export function publicKeyOf(privateKey: string, source: string): string {
  return createPublicKey(readPrivateKey(privateKey, source)).export({ type: 'spki', format: 'der' }).toString('base64');
}

export function isPublicKey(text: string): boolean {
  return readPublicKey(text) !== undefined;
}

function readPrivateKey(text: string, source: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey({ key: Buffer.from(text, 'base64'), type: 'pkcs8', format: 'der' });
  } catch {
    // Said below: the library's own words would show parts of what it was given.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new ConfigurationError(`${source}: is not an Ed25519 private key (PKCS#8 in base64)`);
}

function readPublicKey(text: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}
