import type { AddressInfo } from 'node:net';
import { buildApp } from 'fauxqs';
import type { LocalServer } from './dynamodb.ts';
import { admitOnlyPrograms } from './this-machine-only.ts';

/** SQS on loopback, in memory: what was only queued when it stops is sent again by the sweep. A preferred port that is taken gives any other. */
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
