import { randomUUID } from 'node:crypto';
import { QdrantClient, type Schemas } from '@qdrant/js-client-rest';
import { afterAll, beforeAll } from 'vitest';

export function connect(url: string): QdrantClient {
  return new QdrantClient({ url, checkCompatibility: false });
}

/** A collection of its own name for a group of cases, gone when they are done. */
export function temporaryCollection(url: () => string, settings: Schemas['CreateCollection']) {
  const name = `contract-${randomUUID()}`;
  beforeAll(() => connect(url()).createCollection(name, settings));
  afterAll(() => connect(url()).deleteCollection(name));
  return { name, client: () => connect(url()) };
}

/** Status and message of the refusal that a call must end in. */
export async function refusal(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await call;
  } catch (error) {
    const { status, data } = error as { status?: number; data?: { status?: { error?: string } } };
    if (status === undefined) throw error;
    return { status, message: data?.status?.error ?? '' };
  }
  throw new Error('The call was accepted.');
}
