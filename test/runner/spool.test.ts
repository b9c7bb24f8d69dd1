import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { receive } from '../../runner/queue.ts';
import { flushSpool, spoolSignal } from '../../runner/spool.ts';
import { type Queues, startQueues } from './control-room.ts';

let queues: Queues;
const folder = mkdtempSync(join(tmpdir(), 'kintsugi-spool-'));
beforeAll(async () => {
  queues = await startQueues();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await queues.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('sends what can be sent, sets aside what no queue will ever take, and leaves what has to wait', async () => {
  const queue = await queues.create('failures');
  const away = 'http://127.0.0.1:1/000000000000/away';
  const gone = `${queues.endpoint}/000000000000/gone`;
  // The oldest are those that cannot be sent.
  spoolSignal(folder, 'a', { queueUrl: away, body: 'a' });
  spoolSignal(folder, 'b', { queueUrl: gone, body: 'b' });
  writeFileSync(join(folder, '1-c.json'), '{"queueUrl"');
  spoolSignal(folder, 'd', { queueUrl: queue, body: 'd' });
  spoolSignal(folder, 'e', { queueUrl: gone, body: 'e' });
  const said: string[] = [];
  await flushSpool(folder, { timeoutMs: 5000, say: (line) => said.push(line) });
  const names = (inside: string) => readdirSync(join(folder, inside)).map((name) => name.replace(/^\d+-/, ''));
  expect(names('.').sort()).toEqual(['a.json', 'refused']);
  expect(names('refused').sort()).toEqual(['b.json', 'c.json', 'e.json']);
  expect(said).toHaveLength(3);
  expect(said.filter((line) => /QueueDoesNotExist.*refused/.test(line))).toHaveLength(2);
  const [message] = await receive(queues.sqs, queue, AbortSignal.timeout(3000));
  expect(message?.body).toBe('d');
});

it('leaves nothing half-written where a signal cannot be kept', () => {
  const closed = mkdtempSync(join(folder, 'closed-'));
  // Stands where the finished file belongs, as a full disk would.
  vi.setSystemTime(1);
  mkdirSync(join(closed, '1-a.json', 'inside'), { recursive: true });
  try {
    expect(() => spoolSignal(closed, 'a', { queueUrl: 'http://127.0.0.1:1/q', body: 'a' })).toThrow();
  } finally {
    vi.useRealTimers();
  }
  expect(readdirSync(closed)).toEqual(['1-a.json']);
});
