import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface PageFile {
  body: Buffer | string;
  contentType: string;
}

const folder = (name: string) => fileURLToPath(new URL(name, import.meta.url));

// No inline script and no inline style, so that the server may send a strict Content-Security-Policy.
const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Kintsugi workspace</title>
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%23211d2b'/%3E%3Cpath d='M6 12h20a10 11 0 0 1-20 0Z' fill='%23ece6da'/%3E%3Cpath d='m17 12-3 4 4 2-3 5' fill='none' stroke='%23c8972b' stroke-width='2'/%3E%3C/svg%3E">
    <link rel="stylesheet" href="/page.css">
    <script type="module" src="/page.js"></script>
  </head>
  <body>
    <div id="page"></div>
    <noscript>This workspace needs JavaScript.</noscript>
  </body>
</html>
`;

/**
 * Bundles the page in memory and answers its paths: `/`, `/page.js`, `/page.css`, the emoji font, and
 * `/archives/…`, where a permalink to a message opens the same page. Any other path is not the page's.
 */
export async function webPage(): Promise<(path: string) => PageFile | undefined> {
  const { outputFiles } = await build({
    entryPoints: [folder('main.tsx'), folder('styles/page.css')],
    entryNames: '[name]',
    outdir: folder('.'),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    charset: 'utf8',
    legalComments: 'none',
    publicPath: '/',
    assetNames: '[name]',
    loader: { '.woff2': 'file' },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  });
  const output = (ending: string) => {
    const file = outputFiles.find(({ path }) => path.endsWith(ending));
    if (file === undefined)
      throw new Error(`The workspace page could not be bundled: no ${ending} came out of esbuild.`);
    return Buffer.from(file.contents);
  };
  const page = { body: html, contentType: 'text/html; charset=utf-8' };
  const files = new Map<string, PageFile>([
    ['/', page],
    ['/page.js', { body: output('.js'), contentType: 'text/javascript; charset=utf-8' }],
    ['/page.css', { body: output('.css'), contentType: 'text/css; charset=utf-8' }],
  ]);
  for (const { path, contents } of outputFiles) {
    if (path.endsWith('.woff2'))
      files.set(`/${basename(path)}`, { body: Buffer.from(contents), contentType: 'font/woff2' });
  }
  return (path) => files.get(path) ?? (path.startsWith('/archives/') ? page : undefined);
}

// Pictures in cards may come from anywhere; everything else is the page's own.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "font-src 'self'",
  'img-src http: https: data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page as a listener for the workspace's server, with its security headers; bundles from now, the first request waits. */
export function webPageListener(): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const page = webPage();
  // A bundle that failed is told to whoever asks for the page.
  page.catch(() => {});
  return async ({ url = '/' }, response) => {
    const file = (await page)(url.split('?')[0] ?? '/');
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page here.\n');
      return;
    }
    response.writeHead(200, {
      'content-type': file.contentType,
      'cache-control': 'no-cache',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    response.end(file.body);
  };
}
