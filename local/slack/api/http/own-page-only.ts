import type { IncomingMessage } from 'node:http';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The page and the controls ask for no token, so only the workspace's own page may reach them: a foreign Host (a name
 * that was pointed at this machine) or a foreign Origin (another site open in the same browser) is refused.
 */
export function isOwnPage({ headers, socket }: IncomingMessage): boolean {
  const own = loopback.map((name) => `${name}:${socket.localPort}`);
  if (!headers.host || !own.includes(headers.host)) return false;
  return headers.origin === undefined || own.some((host) => headers.origin === `http://${host}`);
}
