/** One HTTP request and the answer to it. */
export interface Exchange {
  method: string;
  path: string;
  request: unknown;
  status: number;
  response: unknown;
}

/** From now on everything this process sends to `url` with fetch, the Qdrant client included, is kept. */
export function recordExchanges(url: string): { exchanges: Exchange[]; stop(): void } {
  const exchanges: Exchange[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    const target = new URL(input instanceof Request ? input.url : input);
    if (target.origin === new URL(url).origin) {
      const text = await response.clone().text();
      exchanges.push({
        method: init?.method ?? 'GET',
        path: target.pathname,
        request: readJson(init?.body),
        status: response.status,
        response: readJson(text) ?? text,
      });
    }
    return response;
  };
  return { exchanges, stop: () => (globalThis.fetch = original) };
}

function readJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
