const allowed = new Set(['http:', 'https:', 'mailto:']);

/** The address if it is one that a chat may open, else undefined: never `javascript:` or `data:`. */
export function safeHref(address: string): string | undefined {
  const url = URL.parse(address);
  return url !== null && allowed.has(url.protocol) ? address : undefined;
}

/** `…/archives/C123/p1700000000000100` names a message; a thread reply carries its parent in `thread_ts`. */
export function readPermalink(address: string): { channel: string; ts: string; threadTs?: string } | undefined {
  const url = URL.parse(address, 'http://workspace.local');
  const found = url === null ? null : /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(url.pathname);
  if (url === null || found === null) return undefined;
  const [, channel = '', seconds = '', micros = ''] = found;
  const threadTs = url.searchParams.get('thread_ts');
  return { channel, ts: `${seconds}.${micros}`, ...(threadTs ? { threadTs } : {}) };
}
