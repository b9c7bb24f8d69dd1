import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../../lib/adapters/redaction/redact.ts';
import { PoisonError } from '../../../lib/errors.ts';
import { fingerprint } from '../../../lib/signal/fingerprint.ts';
import { normalise } from '../../../lib/signal/normalise.ts';
import { parseSignal } from '../../../lib/signal/parse-signal.ts';
import { clipMiddle, maxSignalBytes, Signal } from '../../../lib/signal/signal.ts';
import { inAppFrames } from '../../../lib/signal/stack-trace.ts';

const now = new Date('2026-11-22T03:00:00.000Z');
const least = {
  version: 1,
  id: 's-1',
  occurredAt: '2026-11-22T02:59:00Z',
  component: 'shop',
  summary: 'GET /cart answers 500',
};
const parse = (body: unknown) => parseSignal(typeof body === 'string' ? body : JSON.stringify(body), { redact, now });
const reasonOf = (body: unknown) =>
  parse(body).then(
    () => 'accepted',
    (error: unknown) => (error instanceof PoisonError ? error.reason : error),
  );

describe('parseSignal', () => {
  it('needs only version, id, occurredAt, component and summary', async () => {
    expect((await parse(least)).signal).toEqual(least);
  });

  it.each([
    ['a body that is not JSON', '{"version":1', 'not_json'],
    ['JSON that is no object', '[1,2]', 'not_json'],
    ['an unknown version', { ...least, version: 2 }, 'unsupported_version'],
    ['a missing component', { ...least, component: undefined }, 'invalid_signal'],
    ['an unknown field', { ...least, runner: 'mine' }, 'invalid_signal'],
    ['a control character in the id', { ...least, id: 'a\u0000b' }, 'invalid_signal'],
    ['a control character in the component', { ...least, component: 'sh\u0007op' }, 'invalid_signal'],
    ['a summary of control characters only', { ...least, summary: '\u0001\u0002' }, 'invalid_signal'],
    ['a severity of 6', { ...least, severity: 6 }, 'invalid_signal'],
    ['a summary of zero-width spaces', { ...least, summary: '\u200b\u200b' }, 'invalid_signal'],
    ['a label named constructor', { ...least, labels: { constructor: 'y' } }, 'invalid_signal'],
    ['a prototype in disguise', JSON.stringify(least).replace('{', '{"__proto__":{"severity":5},'), 'invalid_signal'],
    [
      '5,000 levels of nesting',
      JSON.stringify(least).replace('{', `{"x":${'['.repeat(5000)}${']'.repeat(5000)},`),
      'invalid_signal',
    ],
    ['a script link', { ...least, links: [{ title: 'x', url: 'javascript:alert(1)' }] }, 'invalid_signal'],
    ['a date in the year 3000', { ...least, occurredAt: '3000-01-01T00:00:00Z' }, 'in_the_future'],
    ['a date of last year', { ...least, occurredAt: '2025-11-22T00:00:00Z' }, 'too_old'],
    ['a body over 256 KB', { ...least, details: 'x'.repeat(maxSignalBytes) }, 'too_large'],
  ])('refuses %s', async (_what, body, reason) => {
    expect(await reasonOf(body)).toBe(reason);
  });

  it('says where it was wrong', async () => {
    await expect(parse({ ...least, error: { exitCode: 'one' } })).rejects.toThrow(/error\.exitCode: .*number/);
  });

  it('clips 10,000 lines of stack, keeping both ends', async () => {
    const stack = Array.from({ length: 10_000 }, (_, line) => `  at f${line} (/x.js:${line})`).join('\n');
    const { signal } = await parse({ ...least, error: { stack } });
    expect(signal.error?.stack?.length).toBeLessThanOrEqual(6000);
    expect(signal.error?.stack).toContain('at f0 ');
    expect(signal.error?.stack).toContain('at f9999 ');
    expect(signal.error?.stack).toMatch(/characters left out/);
  });

  it('drops terminal colours and control characters from free text, and keeps lines and tabs', async () => {
    const { signal } = await parse({ ...least, details: '\u001b[31mred\u001b[0m\u0007\n\tnext' });
    expect(signal.details).toBe('red\n\tnext');
  });

  it('keeps text well-formed and its direction as it is written', async () => {
    const { signal } = await parse(JSON.stringify({ ...least, summary: 'lone \ud800 and \u202ereversed' }));
    expect(signal.summary).toBe('lone \ufffd and reversed');
  });

  it('redacts every text before it clips, so that no half secret survives', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const { signal } = await parse({
      ...least,
      summary: `login with ${token} failed`,
      details: `${'x'.repeat(2)} password=hunter22 ada@example.com`,
      error: { message: `postgres://shop:s3cret@db/shop`, stack: `Bearer ${'abc123'.repeat(5)}` },
      labels: { owner: 'ada@example.com' },
      attemptedFixes: [{ what: `curl -H "Authorization: Bearer ${'z'.repeat(30)}"`, result: 'no' }],
    });
    const text = JSON.stringify(signal);
    for (const secret of [token, 'hunter22', 'ada@example.com', 's3cret', 'abc123abc123', 'zzzzzzzz'])
      expect(text).not.toContain(secret);
    expect(signal.details).toContain('[redacted secret]');
  });

  it('tells the same body from another by its hash', async () => {
    const [a, b, c] = await Promise.all([parse(least), parse(least), parse({ ...least, summary: 'other' })]);
    expect(a.bodyHash).toBe(b.bodyHash);
    expect(a.bodyHash).not.toBe(c.bodyHash);
  });

  it('never throws anything but PoisonError, whatever the body', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.record({ version: fc.constant(1), id: fc.anything() }).map((value) => JSON.stringify(value)),
        ),
        async (body) => {
          expect(await reasonOf(body)).toBeTypeOf('string');
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('redact', () => {
  it.each([
    ['colours inside a token', 'key \u001b[31mAKIA\u001b[0mIOSFODNN7REALKEY used', ['IOSFODNN7REALKEY']],
    ['colours inside a name', 'pass\u001b[31mword\u001b[0m=hunter2hunter', ['hunter2hunter']],
    ['a second cookie', 'Cookie: sid=abc123; session=s3cr3tvalue\nnext line', ['s3cr3tvalue']],
    ['another scheme of authorization', `Authorization: Token ${'0a1b'.repeat(10)}`, ['0a1b0a1b']],
    ['a short bearer', 'curl -H "Authorization: Bearer short123" https://x', ['short123']],
    ['a bearer in prose', 'sent bearer abc123def', ['abc123def']],
    ['a quoted value with spaces', 'password="hunter2 with spaces" next', ['with spaces']],
    ['a value with a comma', 'password=ab,cdefghijk next', ['cdefghijk']],
    ['DB_PASS', 'DB_PASS=hunter2hunter', ['hunter2hunter']],
    ['a flag', 'deploy --token s3cr3tValue123 --password hunter22', ['s3cr3tValue123', 'hunter22']],
    ['curl -u', 'curl -u admin:hunter22 https://x', ['hunter22']],
    ['a connection string', 'AccountKey=abcdEFGH1234==;EndpointSuffix=core', ['abcdEFGH1234']],
    [
      'a key whose beginning was cut off',
      `b64b64b64b64\n${'QUJD'.repeat(20)}\n-----END RSA PRIVATE KEY-----\nafter`,
      ['QUJDQUJD'],
    ],
    [
      'an encrypted key with headers',
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB\n\nQUJDQUJDQUJD\n-----END RSA PRIVATE KEY-----',
      ['QUJDQUJD'],
    ],
    ['a token glued to a letter', `nghp_${'aB3d'.repeat(9)}`, ['aB3daB3d']],
    ['JSON inside a string', '{\\"password\\":\\"hunter2hunter\\"}', ['hunter2hunter']],
  ])('takes out %s', async (_what, text, secrets) => {
    const clean = await redact(text);
    for (const secret of secrets) expect(clean).not.toContain(secret);
    expect(clean).toContain('[redacted');
    expect(await redact(clean)).toBe(clean);
  });

  it('knows a value by its key, and redacts keys and ids', async () => {
    const { signal } = await parse({
      ...least,
      id: 'mail-ada@example.com',
      labels: { db_password: 'hunter2hunter', 'ada@example.com': 'x' },
      git: { branch: 'https://u:hunter2@github.example/x' },
    });
    expect(JSON.stringify(signal)).not.toMatch(/hunter2|ada@example/);
    const again = await parse({ ...least, id: 'mail-ada@example.com' });
    expect(again.signal.id).toBe(signal.id);
  });

  it('changes nothing the second time', async () => {
    const text = 'token=abcdefgh12345678 and https://u:pw12345@h/ and 4111 1111 1111 1111 and a@b.co';
    const once = await redact(text);
    expect(once).not.toMatch(/abcdefgh|pw12345|4111|a@b\.co/);
    expect(await redact(once)).toBe(once);
  });

  it('leaves ordinary failure text alone', async () => {
    const text =
      'Error: expected 200, got 500 at cart.test.js:42:7 (tokenizer, 1234567890123 ms, exit 1)\nSyntaxError: Unexpected token: < in JSON\nℹ pass 3, bypass=40, basic understanding, compass: north';
    expect(await redact(text)).toBe(text);
  });

  it('stays fast on hostile text', async () => {
    // Guards against a backtracking rule: 128 KB of each took minutes once.
    const started = performance.now();
    for (const piece of [
      '--token ',
      '-u a:',
      'cookie: ',
      'QUJD',
      '-----END PRIVATE KEY-----',
      'a_',
      'password=',
      'a.',
      'a@a-.',
      '://b',
      'eyJaaaaaaaa.',
      '-----BEGIN PRIVATE KEY-----',
    ])
      await redact(piece.repeat(131_072 / piece.length));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('clipMiddle', () => {
  it('never exceeds the limit and never breaks a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 60, max: 200 }), (text, max) => {
        const clipped = clipMiddle(text, max);
        expect(Array.from(clipped).length).toBeLessThanOrEqual(max);
        expect(clipped).not.toMatch(/\p{Cs}/u);
      }),
    );
  });
});

describe('fingerprint', () => {
  const signal = (over: object) => Signal.parse({ ...least, ...over });

  it('is the same whatever ids, numbers, times, addresses and paths the message carries', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.ipV4(), fc.ipV4(), fc.nat(), fc.nat(), (a, b, ipA, ipB, n, m) => {
        const text = (id: string, ip: string, count: number) =>
          `request ${id} to ${ip}:8080 failed after ${count} ms in /srv/app-${count}/x.js`;
        const one = fingerprint(signal({ error: { message: text(a, ipA, n) } }));
        const two = fingerprint(signal({ id: 'other', error: { message: text(b, ipB, m) } }));
        expect(one.fingerprint).toBe(two.fingerprint);
      }),
    );
  });

  it('differs by component, by error class and by in-app frame', () => {
    const stack = (file: string) => `Error: no\n    at total (/app/src/${file}:3:1)\n    at run (node:internal/x:1:1)`;
    const prints = [
      signal({ error: { message: 'no', type: 'TypeError', stack: stack('cart.js') } }),
      signal({ error: { message: 'no', type: 'TypeError', stack: stack('pay.js') } }),
      signal({ error: { message: 'no', type: 'RangeError', stack: stack('cart.js') } }),
      signal({ component: 'api', error: { message: 'no', type: 'TypeError', stack: stack('cart.js') } }),
    ].map((one) => fingerprint(one).fingerprint);
    expect(new Set(prints).size).toBe(4);
  });

  it('keeps what means something: true and false, words, exit reasons', () => {
    expect(normalise('ready=true after 3 tries')).not.toBe(normalise('ready=false after 3 tries'));
    expect(normalise('took 35ms from 10.0.0.1:80 at 2026-01-02T03:04:05Z')).toBe('took <duration> from <ip> at <time>');
  });
});

describe('inAppFrames', () => {
  it.each([
    ['Node', '    at Cart.total (file:///app/src/cart.js:3:1)\n    at node:internal/main:1:1', ['Cart.total cart.js']],
    [
      'Python',
      '  File "/app/shop/cart.py", line 3, in total\n  File "/usr/lib/python3.12/x.py", line 1, in y',
      ['total cart.py'],
    ],
    [
      'Java',
      '\tat com.shop.Cart.total(Cart.java:42)\n\tat java.base.Thread.run(Thread.java:1)',
      ['com.shop.Cart.total Cart.java'],
    ],
    ['no stack at all', 'something broke', []],
  ])('reads %s', (_what, stack, frames) => {
    expect(inAppFrames(stack)).toEqual(frames);
  });
});
