import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isOwnPage } from '../../../this-machine-only.ts';
import type { Core } from '../core.ts';
import { answerControl } from './controls.ts';
import { BodyTooLargeError, pathOf, sendJson, sendText } from './exchange.ts';
import { answerHook } from './hooks.ts';
import { answerPage } from './page.ts';
import { answerWebApi } from './web-api.ts';

/** Serves `/` and the page's files; answers whatever no other route does. */
export type WebPage = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export function createWorkspaceServer(core: Core, webPage: WebPage | undefined): Server {
  return createServer((request, response) => {
    route(core, webPage, request, response).catch((error: unknown) => {
      if (error instanceof BodyTooLargeError) return sendJson(response, 413, { ok: false, error: error.message });
      if (!request.destroyed) console.error(`${request.method} ${request.url} failed:`, error);
      sendJson(response, 500, { ok: false, error: 'internal_error' });
    });
  });
}

async function route(core: Core, webPage: WebPage | undefined, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = pathOf(request);
  if (pathname.startsWith('/api/')) return answerWebApi(core, request, response);
  if (pathname.startsWith('/hooks/')) return answerHook(core, request, response);
  if (!isOwnPage(request)) {
    return sendText(response, 403, 'This page is for this machine only. Open it as http://localhost.');
  }
  if (pathname.startsWith('/page/')) return answerPage(core, request, response);
  if (pathname.startsWith('/control/')) return answerControl(core, request, response);
  if (webPage) return webPage(request, response);
  sendText(response, 404, 'Nothing here.');
}
