import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoGateStore } from '../../lib/adapters/dynamodb/gate-store.ts';
import { dynamoWorkStore } from '../../lib/adapters/dynamodb/work-store.ts';
import { Signal } from '../../lib/signal/signal.ts';
import type { WorkItemId } from '../../lib/work/work-item.ts';
import { startTableHost, type TableHost } from './table-host.ts';

let host: TableHost;
let failures: string;

beforeAll(async () => {
  host = await startTableHost();
  failures = await host.queues.create('failures', 60);
});
afterAll(() => host.close());

interface Ended {
  code: number | null;
  out: string;
  err: string;
}
interface Given {
  input?: string;
  env?: Record<string, string>;
  onStart?: (child: ChildProcess) => void;
}

/** Runs `command` as a shell of the agent's host would. */
async function shell(command: string, { input = '', env = {}, onStart }: Given = {}): Promise<Ended> {
  const child = spawn('sh', ['-c', command, 'sh', host.node, host.script], {
    env: {
      ...host.env(),
      KINTSUGI_FAILURES_QUEUE_URL: failures,
      ...env,
    },
  });
  onStart?.(child);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, out: out.trim(), err: err.trim() };
}
const run = (command: string, given?: Given) => shell(`exec "$1" "$2" ${command}`, given);
const item = async (id: string) => (await dynamoWorkStore(host.table).get(id as WorkItemId))?.item;

async function claimed(component: string): Promise<{ id: string; KINTSUGI_WORK: string; KINTSUGI_LEASE: string }> {
  const { out, err } = await run(`next --component ${component} --json`);
  if (out === '') throw new Error(err);
  const { item: taken, token } = JSON.parse(out);
  return { id: taken.id, KINTSUGI_WORK: taken.id, KINTSUGI_LEASE: token };
}

async function signalsSent(): Promise<Signal[]> {
  const asked = new ReceiveMessageCommand({ QueueUrl: failures, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
  const { Messages = [] } = await host.queues.sqs.send(asked);
  for (const { ReceiptHandle } of Messages) {
    await host.queues.sqs.send(new DeleteMessageCommand({ QueueUrl: failures, ReceiptHandle }));
  }
  return Messages.map(({ Body = '' }) => Signal.parse(JSON.parse(Body)));
}

describe('a shell that works the queue off', () => {
  it('adds, takes, and finishes; whatever a title says stays a title', async () => {
    const hostile = `it's "$(touch ${host.folder}/pwned)" \`id\``;
    const added = await run(
      `add --component shop --title "$TITLE" --requirements 'a;b' --estimate 1.5h --priority high`,
      {
        env: { TITLE: hostile },
      },
    );
    expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^W-[0-9A-HJKMNP-TV-Z]{8}$/) });
    expect(await item(added.out)).toMatchObject({ priority: 200, estimateMinutes: 90, requirements: ['a', 'b'] });

    const loop = await shell(
      `eval "$("$1" "$2" next --component shop --holder ann)" && printf '%s\\n' "$KINTSUGI_TITLE" "$KINTSUGI_REQUIREMENTS" &&
       "$1" "$2" renew && "$1" "$2" done --result 'all good' && "$1" "$2" done`,
    );
    expect(loop).toMatchObject({ code: 0, err: '' });
    const [title, ...lines] = loop.out.split('\n');
    expect(title).toBe(hostile);
    expect(lines).toEqual([
      'a',
      'b',
      expect.stringMatching(`^${added.out} is yours until `),
      `${added.out} is done`,
      `${added.out} was done before`,
    ]);
    expect(readdirSync(host.folder)).not.toContain('pwned');
    expect(await item(added.out)).toMatchObject({ state: 'done', result: 'all good' });
  });

  it('adds once what is added twice under one id, and says which title stays', async () => {
    const add = (title: string) => run(`add --component ids --id W-ONCE --title "${title}"`);
    expect(await add('Orders by date')).toEqual({ code: 0, out: 'W-ONCE', err: '' });
    expect(await add('Orders by price')).toEqual({
      code: 0,
      out: 'W-ONCE',
      err: 'kintsugi: W-ONCE is there already (pending): "Orders by date". Nothing was changed.',
    });
    expect(await item('W-ONCE')).toMatchObject({ title: 'Orders by date' });
  });

  it('moves an item to the top, or to a priority, and says why it cannot', async () => {
    for (const id of ['W-M1', 'W-M2', 'W-M3'])
      await run(`add --component moves --title ${id} --id ${id} --priority low`);
    const order = async () => {
      const { out } = await run('queue --component moves --json');
      return (JSON.parse(out).items as { id: string }[]).map(({ id }) => id);
    };
    expect(await run('queue --move W-M3 --to top --component moves')).toMatchObject({ code: 0 });
    expect(await order()).toEqual(['W-M3', 'W-M1', 'W-M2']);
    expect(await run('queue --move W-M2 --to high')).toMatchObject({ code: 0, out: 'W-M2 has priority 200' });
    expect(await order()).toEqual(['W-M2', 'W-M3', 'W-M1']);
    expect(await run('queue --move W-M2 --to top --component moves')).toMatchObject({ out: 'W-M2 is first already' });
    expect(await run('queue --move W-M4 --to top')).toMatchObject({ code: 1, err: expect.stringContaining('no such') });
    expect(await run('queue --move W-M2')).toMatchObject({ code: 2, err: expect.stringContaining('--to') });
    expect(await run('queue --move W-M2 --to soon')).toMatchObject({ code: 2, err: expect.stringContaining('top') });
  });

  it('hears by its exit code why there is nothing: empty 40, held 10, stopped 20, lease lost 30', async () => {
    expect(await run('next --component mail')).toMatchObject({ code: 40, out: '' });
    await run('add --component mail --title one');
    const mine = await claimed('mail');
    const gates = dynamoGateStore(host.table);
    const holder = { schema: 1 as const, scope: 'mail', id: 'hand#U1', mode: 'stop' as const, reason: 'it burns' };
    const at = new Date().toISOString();
    await gates.put({ ...holder, opens: 'by hand', by: 'U1', at, rev: 'r' }, { expected: undefined });

    expect(await run('renew', { env: mine })).toMatchObject({ code: 20, err: expect.stringContaining('it burns') });
    expect(await run('release', { env: mine })).toMatchObject({ code: 0, out: `${mine.id} is given back` });
    expect(await run('next --component mail')).toMatchObject({ code: 20, err: expect.stringContaining('it burns') });
    const until = new Date(Date.now() + 60_000).toISOString();
    await gates.put({ ...holder, mode: 'hold', until, opens: 'then', by: 'U1', at, rev: 's' }, { expected: 'r' });
    expect(await run('next --component mail')).toMatchObject({ code: 10, err: expect.stringContaining(until) });
    expect(await run('done', { env: mine })).toMatchObject({ code: 30, err: expect.stringContaining('pending now') });
    expect(await run(`queue --component mail`)).toMatchObject({
      out: expect.stringMatching(/mail {2}pending \(held\)/),
    });
  });

  it('splits what is too complex, and says what it needs for that', async () => {
    const { out: id } = await run('add --component docs --title all --requirements "a;b;c;d;e;f;g;h;i" --estimate 17h');
    const split = await run(`decompose ${id}`);
    expect(split).toMatchObject({ code: 0, out: expect.stringContaining(`${id} is split into 9 parts`) });
    expect(await run(`decompose ${id}`)).toMatchObject({ code: 0, out: expect.stringContaining('was split before') });
    expect((await claimed('docs')).id).toBe(`${id}.1`);
    const { out: small } = await run('add --component docs --title small');
    expect(await run(`decompose ${small}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('complexity 1 of 10'),
    });
  });

  it.each([
    ['add --component shop --title x --priority soon', '--priority "soon": must be one of urgent'],
    ['next --lease 90d', '--lease "90d": must be a time from 1m to 24h'],
    ['done W-1', '--token is missing'],
    ['done', 'which work item?'],
  ])('refuses `%s` with a line that says what to write', async (command, line) => {
    const env = { KINTSUGI_WORK: '', KINTSUGI_LEASE: '' };
    expect(await run(command, { env })).toMatchObject({ code: 2, out: '', err: expect.stringContaining(line) });
  });
});

describe('fail', () => {
  it('files one failure of the item with the output’s own words, and no secret', async () => {
    await run('add --component api --title "Orders by date"');
    const mine = await claimed('api');
    const output = `building\nTypeError: date is not a function\n    at orders (src/orders.ts:3:5)\npassword=hunter2hunter2\n`;
    const failed = await run('fail --exit-code 1', { env: mine, input: output });
    expect(failed).toMatchObject({ code: 0, out: `${mine.id} is failed` });
    for (const again of ['fail --summary again', 'fail', 'fail --exit-code 2'])
      expect(await run(again, { env: mine })).toEqual({ code: 0, out: `${mine.id} was failed before`, err: '' });
    const sent = await signalsSent();
    expect(sent).toMatchObject([
      {
        component: 'api',
        summary: 'date is not a function',
        error: { type: 'TypeError', exitCode: 1 },
        workItem: { id: mine.id, title: 'Orders by date' },
        labels: { attempt: '1' },
      },
    ]);
    expect(JSON.stringify(sent)).not.toContain('hunter2');
    expect(await item(mine.id)).toMatchObject({ state: 'failed', failedAttempts: 1, lastCause: 'other' });
    expect(await run(`retry ${mine.id}`)).toMatchObject({ code: 0, out: `${mine.id} is back in the queue` });
    expect((await claimed('api')).id).toBe(mine.id);
  });

  it('killed between the disk and the table, and said again, files one failure', async () => {
    await run('add --component jobs --title import');
    const mine = await claimed('jobs');
    const spool = join(host.folder, 'spool-of-the-killed');
    const waiting = () => readdirSync(spool).filter((file) => file.endsWith('.json'));
    let child: ChildProcess | undefined;
    const deadly = await killsAtWrites(host.tables.endpoint, () => child?.kill('SIGKILL'));
    const env = { ...mine, KINTSUGI_SPOOL: spool };
    const killed = await run('fail --summary "no disk"', {
      env: { ...env, AWS_ENDPOINT_URL_DYNAMODB: deadly.endpoint },
      onStart: (started) => {
        child = started;
      },
    });
    deadly.stop();
    expect(killed.code).toBeNull();
    expect(await item(mine.id)).toMatchObject({ state: 'in-progress' });
    expect(waiting()).toHaveLength(1);

    expect(await run('fail --summary "no disk"', { env })).toMatchObject({ code: 0, out: `${mine.id} is failed` });
    expect(waiting()).toEqual([]);
    expect(await signalsSent()).toMatchObject([{ component: 'jobs', summary: 'no disk' }]);
  });
});

/** A way to the table that is fatal to whoever writes: nothing of the write arrives. */
async function killsAtWrites(endpoint: string, kill: () => void): Promise<{ endpoint: string; stop(): void }> {
  const server = createServer((incoming, answer) => {
    if (/UpdateItem$/.test(String(incoming.headers['x-amz-target']))) return kill();
    const onward = request(endpoint, { method: incoming.method, headers: incoming.headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
