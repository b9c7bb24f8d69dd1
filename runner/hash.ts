import { createHash } from 'node:crypto';

/** SHA-256, in hex. */
export const hashOf = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The same content has the same hash. */
export const hashOfJson = (content: unknown): string => hashOf(JSON.stringify(content));
