import type { IncomingMessage, Server } from 'node:http';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** It was called by a name of this machine, and not by one that somebody pointed at it. */
export function isCalledByItsOwnName({ headers }: IncomingMessage): boolean {
  return loopback.includes((headers.host ?? '').replace(/:\d+$/, ''));
}

/** The page and the controls, which ask for no token: also from the server's own pages, by its own port. */
export function isOwnPage({ headers, socket }: IncomingMessage): boolean {
  const own = loopback.map((name) => `${name}:${socket.localPort}`);
  if (!headers.host || !own.includes(headers.host)) return false;
  return headers.origin === undefined || own.some((host) => headers.origin === `http://${host}`);
}

/** A browser says so itself: with an Origin, and where there is none, as for a picture, with Sec-Fetch-Site. */
function isFromSomePage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none';
}

/**
 * Lets only programs in, for a server that takes any signature. No page of any site may ask it, nor a site that points a
 * name of its own at this machine.
 */
export function admitOnlyPrograms(server: Server): void {
  const answer = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!isFromSomePage(request) && isCalledByItsOwnName(request)) {
      for (const listener of answer) listener.call(server, request, response);
      return;
    }
    request.resume();
    response
      .writeHead(403, { 'content-type': 'text/plain' })
      .end('This is for programs of this machine only, as http://127.0.0.1; no web page may ask it.\n');
  });
}
