import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Core } from '../core.ts';
import type { FaultRequest } from '../state/faults.ts';
import { parseObject, pathOf, readBody, sendJson } from './exchange.ts';

/**
 * `/control/faults`: POST a fault to switch it on, DELETE (with `{id}`, or all) to switch it off, GET to see what is on.
 */
export async function answerControl(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (pathOf(request).pathname !== '/control/faults') {
    return sendJson(response, 404, { ok: false, error: 'There is only /control/faults.' });
  }
  const body = parseObject((await readBody(request)) || '{}');
  if (!body) return sendJson(response, 400, { ok: false, error: 'The body is not a JSON object.' });
  switch (request.method) {
    case 'GET':
      return sendJson(response, 200, { ok: true, faults: core.faults.list() });
    case 'POST':
      try {
        return sendJson(response, 200, { ok: true, ...core.faults.add(body as FaultRequest) });
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error;
        return sendJson(response, 400, { ok: false, error: z.prettifyError(error) });
      }
    case 'DELETE':
      if (body.id === undefined) core.faults.clear();
      else if (!core.faults.remove(String(body.id))) {
        return sendJson(response, 404, { ok: false, error: `No fault ${String(body.id)} is on.` });
      }
      return sendJson(response, 200, { ok: true });
    default:
      return sendJson(response, 405, { ok: false, error: 'Send GET, POST or DELETE.' });
  }
}
