import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Schemas } from '@qdrant/js-client-rest';
import { admitOnlyPrograms } from '../this-machine-only.ts';
import { type Collections, openCollections } from './collections.ts';
import { QdrantError } from './errors.ts';
import { type Call, routes } from './routes.ts';

interface Options {
  /** 0 takes any free port. */
  port: number;
  /** Where points are kept; without it they live in memory only. */
  dataDir?: string;
  /** When given, every request must carry it, as with a Qdrant that has one. */
  apiKey?: string;
}

const maxBodyBytes = 32 * 1024 * 1024;
/** The release whose behaviour this follows. */
const version: Schemas['VersionInfo'] = {
  title: 'qdrant - vector search engine',
  version: '1.19.0',
  commit: 'stand-in',
};

/** Starts the stand-in on loopback: the part of Qdrant's REST interface that Kintsugi uses, as Qdrant answers it. */
export async function startQdrant({
  port,
  dataDir,
  apiKey,
}: Options): Promise<{ url: string; close(): Promise<void> }> {
  const collections = await openCollections(dataDir);
  const server = createServer((request, response) => void answer(request, response, collections, apiKey));
  admitOnlyPrograms(server);
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await collections.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, collections: Collections, apiKey?: string) {
  const started = performance.now();
  const send = (status: number, body: object) => {
    const time = (performance.now() - started) / 1000;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ ...body, time }));
  };
  try {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = url.pathname.replace(/\/+$/, '');
    if (request.method === 'GET' && path === '') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(version));
      return;
    }
    if (request.method === 'GET' && /^\/(healthz|livez|readyz)$/.test(path)) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(`${path.slice(1)} check passed`);
      return;
    }
    const refusal = apiKey === undefined ? undefined : refuse(request, apiKey);
    if (refusal) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end(refusal);
      return;
    }
    const route = findRoute(request.method ?? 'GET', path);
    const body = await readBody(request);
    if (body !== '' && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      throw new QdrantError(400, 'Content type error');
    }
    const result = await route.handle({ collections, ...route.varying, query: url.searchParams, body });
    send(200, { result, status: 'ok' });
  } catch (error) {
    if (error instanceof QdrantError) return send(error.status, { status: { error: error.message } });
    console.error('The Qdrant stand-in failed:', error);
    const reason = error instanceof Error ? error.message : String(error);
    send(500, { status: { error: `Service internal error: ${reason}` } });
  }
}

type Handler = (call: Call) => unknown;
const table = Object.entries<Handler>(routes).map(([route, handle]) => {
  const [method, path = ''] = route.split(' ');
  return { method, parts: path.split('/'), handle };
});

/** A route whose last part is fixed (`points/scroll`) comes before one where it varies (`points/{id}`). */
function findRoute(method: string, path: string) {
  const parts = path.split('/').map(decodePart);
  const fitting = table.filter(
    (route) =>
      route.method === method &&
      route.parts.length === parts.length &&
      route.parts.every((part, at) => part === '*' || part === parts[at]),
  );
  const found = fitting.find((route) => route.parts.at(-1) !== '*') ?? fitting[0];
  if (!found) throw new QdrantError(404, `Not found: the stand-in has no route ${method} ${path}`);
  return { handle: found.handle, varying: { name: parts[2] ?? '', last: parts.at(-1) ?? '' } };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new QdrantError(400, `Deserialize error in path parameters: cannot decode ${part}`);
  }
}

function refuse({ headers }: IncomingMessage, apiKey: string): string | undefined {
  const key = headers['api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
  if (key === undefined) return 'Must provide an API key or an Authorization bearer token';
  return key === apiKey ? undefined : 'Invalid API key or JWT';
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) {
      throw new QdrantError(
        413,
        `JSON payload (${bytes} bytes) is larger than allowed (limit: ${maxBodyBytes} bytes).`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
      reject(new Error(`Qdrant stand-in: cannot listen on 127.0.0.1:${port}: ${reason}.`, { cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
