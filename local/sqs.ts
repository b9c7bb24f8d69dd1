import type { AddressInfo } from 'node:net';
import { buildApp } from 'fauxqs';
import type { LocalServer } from './dynamodb.ts';
import { admitOnlyPrograms } from './this-machine-only.ts';

/**
 * SQS on loopback, in memory. What the table knows, the sweep sends again after a restart. A signal that was sent and not yet
 * stored is only here, as is a dead letter: an orderly stop stores what is queued first, a kill -9 loses them, although their
 * sender has been told that they were sent. A preferred port that is taken gives any other.
 */
export async function startSqs({ preferredPort = 0 }: { preferredPort?: number } = {}): Promise<LocalServer> {
  const app = await listening(preferredPort).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return listening(0);
  });
  return {
    endpoint: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    stop: () => app.close(),
  };
}

async function listening(port: number): Promise<ReturnType<typeof buildApp>> {
  const app = buildApp({ logger: false, defaultRegion: 'us-east-1' });
  admitOnlyPrograms(app.server);
  await app.listen({ port, host: '127.0.0.1' });
  return app;
}
