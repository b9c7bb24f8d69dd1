import type { AddressInfo } from 'node:net';
import { buildApp } from 'fauxqs';
import type { LocalServer } from './dynamodb.ts';

/** SQS on loopback, in memory: what was only queued when it stops is sent again by the sweep. */
export async function startSqs({ port = 0 }: { port?: number } = {}): Promise<LocalServer> {
  const app = buildApp({ logger: false, defaultRegion: 'us-east-1' });
  await app.listen({ port, host: '127.0.0.1' });
  return {
    endpoint: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    stop: () => app.close(),
  };
}
