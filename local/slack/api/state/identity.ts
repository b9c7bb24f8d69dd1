import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Identity = z.object({ botToken: z.string(), signingSecret: z.string(), verificationToken: z.string() });
/** The installation's secrets: made once a data folder, the same at every later start. */
export type Identity = z.infer<typeof Identity>;

export function loadIdentity(dataDir: string | undefined): Identity {
  if (dataDir === undefined) return newIdentity();
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'identity.json');
  if (existsSync(path)) return readIdentity(path);
  const identity = newIdentity();
  writeFileSync(`${path}.new`, JSON.stringify(identity), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return identity;
}

function readIdentity(path: string): Identity {
  try {
    return Identity.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path} is damaged: delete it, and the workspace makes new secrets.`, { cause });
  }
}

function newIdentity(): Identity {
  const digits = () => Array.from({ length: 12 }, () => randomInt(10)).join('');
  return {
    botToken: `xoxb-${digits()}-${digits()}-${randomBytes(12).toString('hex')}`,
    signingSecret: randomBytes(16).toString('hex'),
    verificationToken: randomBytes(12).toString('hex'),
  };
}
