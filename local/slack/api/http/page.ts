import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { personOf } from '../delivery/interaction.ts';
import { SlackError } from '../slack-error.ts';
import { parseObject, pathOf, readBody, sendJson } from './exchange.ts';
import { pageRequests } from './page-requests.ts';
import { pageState } from './page-state.ts';

const heartbeatMs = 15_000;

/** `/page/…`: what the web page asks for; see page-api.ts. */
export async function answerPage(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = pathOf(request);
  const topic = url.pathname.slice('/page/'.length);
  const refuse = (status: number, error: string) => sendJson(response, status, { ok: false, error });
  try {
    if (request.method === 'GET' && (topic === 'state' || topic === 'events')) {
      const person = personOf(core, url.searchParams.get('user') ?? firstPerson(core));
      if (topic === 'state') return sendJson(response, 200, pageState(core, person));
      return streamEvents(core, person.id, response);
    }
    const take = pageRequests[topic];
    if (!take) return refuse(404, `The page asks for nothing called ${topic}.`);
    if (request.method !== 'POST') return refuse(405, 'Send it as POST.');
    const given = parseObject(await readBody(request));
    if (!given) return refuse(400, 'The body is not a JSON object.');
    sendJson(response, 200, await take(core, given));
  } catch (error) {
    if (error instanceof SlackError) return refuse(200, error.code);
    if (error instanceof z.ZodError) return refuse(400, z.prettifyError(error));
    throw error;
  }
}

/** Who the page is before somebody chooses. */
const firstPerson = ({ store }: Core) => store.users().find((user) => !user.isBot)?.id ?? '';

function streamEvents(core: Core, user: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': watching\n\n');
  const stop = core.screens.watch(user, (event) => response.write(`data: ${JSON.stringify(event)}\n\n`));
  const heartbeat = setInterval(() => response.write(': here\n\n'), heartbeatMs);
  response.on('close', () => {
    clearInterval(heartbeat);
    stop();
  });
}
