import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import { respond } from '../messages/respond.ts';
import { SlackError } from '../slack-error.ts';
import { parseObject, pathOf, readBody, sendJson, sendText } from './exchange.ts';
import { withFaults } from './with-faults.ts';

/** `/hooks/…`: what an app sends to a response_url. The address itself is the permission. */
export async function answerHook(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await withFaults(core, 'response_url', { request, response }, async () => {
    const refuse = (status: number, error: string) => sendJson(response, status, { ok: false, error });
    if (request.method !== 'POST') return refuse(405, 'invalid_post_type');
    const body = parseObject(await readBody(request));
    if (!body) return refuse(400, 'invalid_payload');
    const use = core.responseUrls.use(pathOf(request).pathname);
    if (use.kind === 'refused') return refuse(404, use.error);
    try {
      respond(core, use.origin, body);
      sendText(response, 200, 'ok');
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      sendJson(response, 400, { ok: false, error: error.code, ...error.details });
    }
  });
}
