import { randomBytes, randomInt } from 'node:crypto';

/** Where a response_url came from, which decides where its posts go and what "the original" is. */
export interface ResponseOrigin {
  channel: string;
  user: string;
  threadTs?: string;
  original: { kind: 'none' } | { kind: 'message'; ts: string } | { kind: 'ephemeral'; ts: string };
}

export type ResponseUse =
  | { kind: 'good'; origin: ResponseOrigin }
  | { kind: 'refused'; error: 'invalid_token' | 'used_url' | 'expired_url' };

export interface ResponseUrls {
  /** A path below the workspace's own address. */
  issue(origin: ResponseOrigin, kind: 'actions' | 'commands' | 'app'): string;
  use(path: string): ResponseUse;
}

const allowedUses = 5;
const lifetimeMs = 30 * 60_000;

export function createResponseUrls(teamId: string, now: () => number): ResponseUrls {
  const issued = new Map<string, { origin: ResponseOrigin; at: number; uses: number }>();
  return {
    issue(origin, kind) {
      for (const [path, { at }] of issued) {
        if (now() - at <= 2 * lifetimeMs) break;
        issued.delete(path);
      }
      const path = `/hooks/${kind}/${teamId}/${randomInt(10 ** 12, 10 ** 13)}/${randomBytes(18).toString('base64url')}`;
      issued.set(path, { origin, at: now(), uses: 0 });
      return path;
    },
    use(path) {
      const known = issued.get(path);
      if (!known) return { kind: 'refused', error: 'invalid_token' };
      if (now() - known.at > lifetimeMs) return { kind: 'refused', error: 'expired_url' };
      if (known.uses >= allowedUses) return { kind: 'refused', error: 'used_url' };
      known.uses += 1;
      return { kind: 'good', origin: known.origin };
    },
  };
}
