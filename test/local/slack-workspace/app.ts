import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  /** The form's fields, with `payload` parsed; or the JSON body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape
  fields: any;
}

export interface AppAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  afterMs?: number;
}

export interface TestApp {
  url: string;
  received: Received[];
  /** What the app answers from now on; may call the workspace before it answers. */
  answer: (request: Received) => AppAnswer | Promise<AppAnswer>;
  /** Waits until so many requests came that match. */
  until(count: number, matches?: (request: Received) => boolean): Promise<Received[]>;
  close(): Promise<void>;
}

/** An app at the other end of the wire: records what comes, and answers what the test says. */
export async function startApp(): Promise<TestApp> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const received = { headers: request.headers, body, fields: fieldsOf(request.headers['content-type'], body) };
    app.received.push(received);
    const { status = 200, headers = {}, body: answer = '', afterMs = 0 } = await app.answer(received);
    await wait(afterMs);
    const isText = typeof answer === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
    response.end(isText ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const app: TestApp = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack`,
    received: [],
    answer: () => ({}),
    async until(count, matches = () => true) {
      for (let tries = 0; tries < 500; tries++) {
        const found = app.received.filter(matches);
        if (found.length >= count) return found;
        await wait(10);
      }
      throw new Error(`only ${app.received.filter(matches).length} of ${count} requests came`);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return app;
}

function fieldsOf(contentType: string | undefined, body: string) {
  if (contentType === 'application/json') return JSON.parse(body);
  const form = Object.fromEntries(new URLSearchParams(body));
  return form.payload === undefined ? form : JSON.parse(form.payload);
}
