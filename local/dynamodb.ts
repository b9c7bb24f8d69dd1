import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { admitOnlyPrograms } from './this-machine-only.ts';

export interface LocalServer {
  endpoint: string;
  stop(): Promise<void>;
}

/** DynamoDB on loopback: on disk under `dataDir`, in memory without. */
export async function startDynamoDb({
  dataDir,
  port = 0,
}: {
  dataDir?: string;
  port?: number;
} = {}): Promise<LocalServer> {
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(dataDir ? { path: dataDir } : {}),
  });
  admitOnlyPrograms(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        // Clients keep their connections open; the store is closed only when all are gone.
        server.closeAllConnections();
      }),
  };
}
