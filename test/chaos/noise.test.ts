import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxSignalBytes } from '../../lib/signal/signal.ts';
import { startQdrant } from '../../local/qdrant/start-qdrant.ts';
import { messageToken } from './cards.ts';
import { distinctName } from './distinct-names.ts';
import { evidenceOf } from './evidence.ts';
import { letPass } from './moving-time.ts';
import { type StackUnderTest, startStackUnderTest } from './stack-under-test.ts';

let stack: StackUnderTest;
let qdrant: Awaited<ReturnType<typeof startQdrant>>;
beforeAll(async () => {
  qdrant = await startQdrant({ port: 0 });
  stack = await startStackUnderTest({
    // Five times Slack's limits; two processes each, so that batches and cards are worked on side by side.
    workspace: { rateLimits: { timesSlack: 5 }, ackTimeoutMs: 10_000 },
    host: { maxSandboxes: 2, environment: { QDRANT_URL: qdrant.url } },
  });
}, 60_000);
afterAll(async () => {
  await stack?.stop();
  await qdrant.close();
});

/** What is less bad would share one message of a storm: these have a card each. */
function signalOf(id: string, summary: string, more: object = {}) {
  const occurredAt = new Date().toISOString();
  return { version: 1, id, occurredAt, component: 'checkout', severity: 4, summary, ...more };
}

/** Each failure that was opened has exactly one card in the channel. */
async function expectOneCardEach(titles: string[]): Promise<void> {
  const failures = (await stack.evidence.allFailures()).filter(({ failure }) => titles.includes(failure.title));
  expect(failures.map(({ failure }) => failure.title).toSorted()).toEqual(titles.toSorted());
  const expected = failures.map(({ failure }) => `${failure.id}/1`);
  const tokens = stack.cards().map((card) => messageToken(card) ?? '');
  expect(tokens.filter((token) => expected.includes(token)).toSorted()).toEqual(expected.toSorted());
}

describe('bad input on the real queue', () => {
  const frame = '    at work (/srv/checkout/pay.js:10:5)\n';
  const reused = signalOf('reused', 'Receipts are late');
  const repeated = signalOf('repeated', 'Invoices are late');
  /** What is sent, and what becomes of each message: stored, a duplicate, or rejected with this reason. */
  const sent: [body: string, end: string][] = [
    ['this is not JSON', 'not_json'],
    ['"a text"', 'not_json'],
    [' ', 'not_json'],
    ['{"version":1', 'not_json'],
    [JSON.stringify({ version: 2, id: 'later-version' }), 'unsupported_version'],
    [
      JSON.stringify({ version: 1, id: 'no-summary', occurredAt: reused.occurredAt, component: 'checkout' }),
      'invalid_signal',
    ],
    [JSON.stringify(signalOf('unknown-field', 'Carts are empty', { runner: 'mine' })), 'invalid_signal'],
    [JSON.stringify(signalOf('bell\u0007', 'Carts ring')), 'invalid_signal'],
    [JSON.stringify(signalOf('too-big', 'Carts are heavy', { details: 'x'.repeat(maxSignalBytes) })), 'too_large'],
    [JSON.stringify(signalOf('year-3000', 'Carts come back', { occurredAt: '3000-01-01T00:00:00Z' })), 'in_the_future'],
    [JSON.stringify(signalOf('year-1999', 'Carts were new', { occurredAt: '1999-12-31T23:59:59Z' })), 'too_old'],
    [JSON.stringify(signalOf('no-date', 'Carts are timeless', { occurredAt: 'yesterday' })), 'invalid_signal'],
    [JSON.stringify(signalOf('controls', 'Totals\u0000 are \u001b[31mred\u001b[0m\u0008')), 'stored'],
    [
      JSON.stringify(
        signalOf('long-stack', 'Payments hang', {
          error: { type: 'TimeoutError', message: 'no answer', stack: frame.repeat(5000) },
        }),
      ),
      'stored',
    ],
    [JSON.stringify(reused), 'stored'],
    [JSON.stringify({ ...reused, summary: 'Something else entirely' }), 'id_reused'],
    [JSON.stringify(repeated), 'stored'],
    [JSON.stringify(repeated), 'duplicate'],
    [JSON.stringify(repeated), 'duplicate'],
    ...Array.from({ length: 6 }, (_, n): [string, string] => [
      JSON.stringify(signalOf(`neighbour-${n}`, `Neighbour ${distinctName(n)} fails`)),
      'stored',
    ]),
  ];

  it('ends as stored, duplicate, or rejected with its reason; nothing is lost, and neighbours are unharmed', async () => {
    for (const [body] of sent) await stack.send(body);
    await stack.settle();

    const ends = (end: string) => sent.filter(([, expected]) => expected === end).length;
    const stored = await stack.evidence.signals();
    const rejected = await stack.evidence.rejected();
    expect(stored).toHaveLength(ends('stored'));
    for (const reason of new Set(sent.map(([, end]) => end).filter((end) => !['stored', 'duplicate'].includes(end))))
      expect(
        rejected.filter((one) => one.reason === reason),
        reason,
      ).toHaveLength(ends(reason));
    expect(stored.length + rejected.length + ends('duplicate')).toBe(sent.length);
    expect(await stack.deadLetters()).toBe(0);

    for (const one of rejected) expect(one.detail.length, one.reason).toBeGreaterThan(20);
    const big = rejected.find(({ reason }) => reason === 'too_large');
    expect(big?.bodyBytes).toBeGreaterThan(maxSignalBytes);
    expect(big?.body.length).toBeLessThan(10_000);
    expect(stored.find(({ id }) => id === 'controls')?.summary).toBe('Totals are red');

    const failures = await stack.evidence.allFailures();
    expect(failures).toHaveLength(ends('stored'));
    for (const { failure, dues } of failures) {
      expect(await stack.evidence.ledger.group(failure.fingerprint), failure.title).toMatchObject({
        count: 1,
        intents: {},
      });
      expect(dues).toEqual({});
    }
    await expectOneCardEach(failures.map(({ failure }) => failure.title));
    const long = failures.find(({ failure }) => failure.title === 'Payments hang');
    expect(long?.failure.report.error?.stack).toContain('characters left out');
  });
});

describe('Slack having a bad day', () => {
  // As many as one bad deploy opens; `npm run test:destructive` has them all.
  const count = process.env.KINTSUGI_DESTRUCTIVE === 'whole' ? 50 : 20;

  it(`gets one card for each of ${count} failures, and none twice`, async () => {
    const { faults } = stack.workspace;
    const names = Array.from({ length: count }, (_, n) => `Bad day of ${distinctName(n + 100)}`);
    for (const [method, times] of Object.entries({
      'chat.postMessage': 4,
      'chat.update': 2,
      'conversations.history': 2,
    })) {
      faults.add({ kind: 'rate_limited', method, times });
      faults.add({ kind: 'http_error', method, times });
      faults.add({ kind: 'lost_answer', method, times });
    }
    faults.add({ kind: 'slow', method: 'chat.postMessage', milliseconds: 4000, times: 1 });
    for (const [n, summary] of names.entries()) {
      await stack.send(signalOf(`bad-day-${n}`, summary));
      if (n === count / 2) faults.add({ kind: 'lost_answer', method: 'chat.postMessage', times: 8 });
    }
    // While Slack is down, the sweep comes back to the same card at growing distance.
    await stack.settle({ minutes: 240 });
    await expectOneCardEach(names);
    const tokens = stack.workspace.messages('failures').map(messageToken);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(faults.list().filter((fault) => 'method' in fault && fault.method === 'chat.postMessage')).toEqual([]);
  }, 240_000);
});

describe('memory being down', () => {
  it('delays no signal and no card, and is made up for when it is back', async () => {
    const port = Number(new URL(qdrant.url).port);
    await qdrant.close();
    const names = Array.from({ length: 5 }, (_, n) => `Forgetful ${distinctName(n + 200)}`);
    for (const [n, summary] of names.entries()) await stack.send(signalOf(`forgetful-${n}`, summary, { severity: 2 }));
    await stack.host.idle();
    // A channel takes a few new cards at once, and the rest within a minute.
    for (let minute = 0; minute < 5; minute += 1) {
      letPass(60);
      await stack.host.fire('sweep');
      await stack.host.idle();
    }
    await expectOneCardEach(names);
    const waiting = (await stack.evidence.allFailures()).filter(({ failure }) => names.includes(failure.title));
    expect(waiting.map(({ dues }) => Object.keys(dues))).toEqual(names.map(() => ['learn']));

    qdrant = await startQdrant({ port });
    await stack.settle({ minutes: 60 });
    const memory = evidenceOf({ ...stack.endpoints, qdrantUrl: qdrant.url });
    expect((await memory.remembered()).map(({ title }) => title).toSorted()).toEqual(names.toSorted());
    memory.close();
    expect(await stack.deadLetters()).toBe(0);
  }, 240_000);
});
