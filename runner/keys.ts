import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generateKeys, publicKeyOf } from '../lib/adapters/signing/ed25519.ts';
import { ConfigurationError } from '../lib/errors.ts';

export interface RunnerKeys {
  privateKey: string;
  publicKey: string;
  /** Made just now: kintsugi.yml does not know it yet. */
  isNew: boolean;
}

/** Reads the runner's own key, or makes it: PKCS#8 in base64, one line, readable by its owner alone. */
export function loadOrCreateKeys(file: string): RunnerKeys {
  const existing = readKey(file);
  if (existing !== undefined) {
    return { privateKey: existing, publicKey: publicKeyOf(existing, file), isNew: false };
  }
  const keys = generateKeys();
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${keys.privateKey}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Somebody else made it in this very moment: theirs counts.
    if (code === 'EEXIST') return loadOrCreateKeys(file);
    throw new ConfigurationError(`${file}: the runner's key cannot be written there (${code})`);
  }
  return { ...keys, isNew: true };
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    throw new ConfigurationError(`${file}: the runner's key cannot be read (${code})`);
  }
}
