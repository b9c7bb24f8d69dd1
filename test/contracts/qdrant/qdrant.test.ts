import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQdrant } from '../../../local/qdrant/start-qdrant.ts';
import { openApiChecker } from './openapi.ts';
import { qdrantContract } from './qdrant-contract.ts';
import { type Exchange, recordExchanges } from './recorded-exchanges.ts';

const { QDRANT_OPENAPI, QDRANT_URL } = process.env;

describe('Qdrant contract: the stand-in', () => {
  let running: Awaited<ReturnType<typeof startQdrant>>;
  let recorded: { exchanges: Exchange[]; stop(): void };
  beforeAll(async () => {
    running = await startQdrant({ port: 0 });
    recorded = recordExchanges(running.url);
  });
  afterAll(async () => {
    recorded.stop();
    await running.close();
  });

  qdrantContract(() => running.url);

  // Last, over everything that the cases above sent and got.
  const description = QDRANT_OPENAPI ? it : it.skip;
  if (!QDRANT_OPENAPI) console.log('Skipped: Qdrant’s OpenAPI description (QDRANT_OPENAPI is not set).');
  description('every request and every answer fits Qdrant’s OpenAPI description', () => {
    const check = openApiChecker(QDRANT_OPENAPI ?? '');
    const misfit = {
      method: 'POST',
      path: '/collections/c/points/query',
      request: {},
      status: 200,
      response: { result: { points: [{ id: 1 }] } },
    };
    expect(check(misfit)).toEqual([expect.stringContaining("must have required property 'score'")]);
    const problems = recorded.exchanges.flatMap(check);
    expect([...new Set(problems)]).toEqual([]);
    expect(new Set(recorded.exchanges.map(({ status }) => status))).toEqual(new Set([200, 400, 404, 409, 422]));
  });
});

if (QDRANT_URL) describe('Qdrant contract: a real one', () => qdrantContract(() => QDRANT_URL));
else console.log('Skipped: the contract on a real Qdrant (QDRANT_URL is not set).');
