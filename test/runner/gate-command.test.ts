import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dynamoGateStore } from '../../lib/adapters/dynamodb/gate-store.ts';
import { dynamoTable } from '../../lib/adapters/dynamodb/table.ts';
import type { GateHolder, GateStore } from '../../lib/gate/gate.ts';
import { receive } from '../../runner/queue.ts';
import { createTable, startDynalite } from '../contracts/embedded-tables.ts';
import { gateHolder } from '../contracts/stores/gate-store.contract.ts';
import { newName } from '../contracts/stores/samples.ts';
import { until } from './control-room.ts';
import { startTableHost, type TableHost } from './table-host.ts';

let host: TableHost;
let gates: GateStore;
beforeAll(async () => {
  host = await startTableHost();
  gates = dynamoGateStore(host.table);
});
afterAll(() => host.close());

function call(args: string[], given: Record<string, string | undefined> = {}) {
  const env = { ...host.env(mkdtempSync(join(host.folder, 'home-'))), ...given };
  const child = spawn(host.node, [host.script, ...args], { env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended, output: () => stdout };
}

const shut = async (given: Partial<GateHolder> = {}) => {
  const holder = gateHolder({ mode: 'stop', failureId: undefined, ...given } as Partial<GateHolder>);
  expect(await gates.put(holder, { expected: undefined })).toBe(true);
  return holder;
};
const holdersOf = async (scope: string) => (await gates.read()).holders.filter((one) => one.scope === scope);
/** Of the process that a command named as its own child: what the kernel says of it. */
function stateOf(output: string): string {
  try {
    const state = /\) (\w)/.exec(readFileSync(`/proc/${/up (\d+)/.exec(output)?.[1]}/stat`, 'utf8'))?.[1] ?? '';
    return 'ZX'.includes(state) ? 'gone' : state;
  } catch {
    return 'gone';
  }
}
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const aMinuteAgo = () => new Date(Date.now() - 60_000).toISOString();

describe.concurrent('kintsugi gate', () => {
  it('says in one line whether work goes on, and in its exit code', async () => {
    const [free, held, stopped] = [newName('shop'), newName('shop'), newName('shop')];
    const until = inAnHour();
    await shut({ scope: held, mode: 'hold', until });
    await shut({ scope: stopped, id: 'F-AAAAAA#1', reason: 'Level 3: orders are wrong' });
    expect(await call(['gate', free]).ended).toEqual({ code: 0, stdout: `go: nothing holds ${free}\n`, stderr: '' });
    expect(await call(['gate', held]).ended).toMatchObject({
      code: 10,
      stdout: expect.stringMatching(/^hold until \d{4}-\S+Z: usage limit reached .*opens at 15:00/),
    });
    const { code, stdout } = await call(['gate', stopped, '--json']).ended;
    expect(code).toBe(20);
    expect(JSON.parse(stdout)).toMatchObject({
      scope: stopped,
      verdict: 'stop',
      line: expect.stringMatching(/^stop: Level 3: orders are wrong .*by system:protocol/),
      holders: [{ id: 'F-AAAAAA#1' }],
    });
  });

  it('is shut and opened by hand', async () => {
    const scope = newName('shop');
    expect(await call(['gate', scope, '--shut', 'we move the database']).ended).toMatchObject({ code: 0 });
    expect(await call(['gate', scope]).ended).toMatchObject({
      code: 20,
      stdout: expect.stringContaining('we move the database'),
    });
    expect((await call(['gate', scope, '--open']).ended).stdout).toBe(`opened ${scope}: we move the database\n`);
    await call(['gate', scope, '--shut', 'lunch', '--until', '30m']).ended;
    const [holder] = await holdersOf(scope);
    expect(holder).toMatchObject({ mode: 'hold', reason: 'lunch' });
    expect(Math.round((Date.parse(holder?.until ?? '') - Date.now()) / 60_000)).toBe(30);
  });

  it('never takes a table that does not answer for an open gate', async () => {
    const away = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' };
    const answers = await Promise.all([
      call(['gate', 'shop'], away).ended,
      call(['gate', 'shop', '--table', 'no-such-table']).ended,
      call(['run', '--component', 'shop', '--queue', 'http://x/q', '--stop-on-gate', '--', 'echo', 'ran'], away).ended,
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^kintsugi: .+\n$/) });
    }
  });

  it.each([
    [
      ['gate', 'Shop!'],
      /^kintsugi: the component "Shop!": must be 1 to 64 of .* or must be kind:name, such as account:claude$/m,
    ],
    [['gate', 'shop', '--shut', 'x', '--open'], /two wishes/],
    [['gate', 'shop', '--until', '5pm'], /goes with --shut/],
    [['gate', 'shop', '--shut', 'x', '--until', 'never'], /--until "never": must be a time such as/],
    [
      ['gate', 'shop', '--shut', 'x', '--until', '2026-01-01T09:00:00Z'],
      /--until "2026-01-01T09:00:00Z": must be a time/,
    ],
    [['gate', 'shop', '--shut', 'x', '--until', aMinuteAgo()], /--until "\S+": is past: it is \S+Z now/],
    [['gate', 'shop', '--shut', 'x', '--until', '9 days'], /--until "9 days": must be less than 8 days away/],
    [['gate', 'shop', '--item', 'W-NOBODY00'], /there is no work item/],
  ])('says in one line what is wrong with %j', async (args, words) => {
    const { code, stderr } = await call(args).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says what to set where AWS is not set up', async () => {
    const noRegion = await call(['gate', 'shop'], { AWS_REGION: undefined }).ended;
    expect(noRegion).toMatchObject({ code: 1, stdout: '' });
    expect(noRegion.stderr).toContain('no AWS region: set AWS_REGION, such as eu-west-1');
    const noOne = { AWS_ACCESS_KEY_ID: undefined, AWS_EC2_METADATA_DISABLED: 'true' };
    const noCredentials = await call(['gate', 'shop'], noOne).ended;
    expect(noCredentials).toMatchObject({ code: 1, stdout: '' });
    expect(noCredentials.stderr).toContain('no AWS credentials: set AWS_PROFILE');
  });

  it('needs a table', async () => {
    expect(await call(['gate', 'shop'], { KINTSUGI_TABLE: '' }).ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--table'),
    });
  });
});

describe.concurrent('kintsugi run --stop-on-gate', () => {
  const run = (scope: string, queue: string, ...rest: string[]) =>
    call(['run', '--component', scope, '--queue', queue, '--stop-on-gate', '--gate-every', '1', ...rest]);
  const nothingIn = async (queue: string) =>
    expect(await receive(host.queues.sqs, queue, AbortSignal.timeout(300)).catch(() => [])).toEqual([]);

  it('does not start what the gate holds or stops', async () => {
    const [held, stopped] = [newName('shop'), newName('shop')];
    const queue = await host.queues.create('failures');
    await shut({ scope: held, mode: 'hold', until: inAnHour() });
    await shut({ scope: stopped });
    for (const [scope, code] of [
      [held, 10],
      [stopped, 20],
    ] as const) {
      const ended = await run(scope, queue, '--', 'echo', 'ran').ended;
      expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(/^kintsugi: not started\. /) });
    }
    await nothingIn(queue);
  });

  it('ends what runs when the gate says stop, politely, and files no failure for it', async () => {
    const scope = newName('shop');
    const queue = await host.queues.create('failures');
    const script = 'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.1; done';
    const { ended, output } = run(scope, queue, '--', 'sh', '-c', script);
    await expect.poll(output, { timeout: 15_000 }).toContain('up');
    await shut({ scope, mode: 'hold', until: inAnHour(), id: 'cause#upstream' });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(output()).toBe('up\n');
    await shut({ scope, id: 'F-AAAAAA#1', reason: 'Level 4' });
    expect(await ended).toMatchObject({
      code: 20,
      stdout: 'up\nbye\n',
      // The shell itself says that what it waited for was ended, too.
      stderr: expect.stringMatching(/kintsugi: ended, and not filed as a failure\. stop: Level 4/),
    });
    await nothingIn(queue);
  });

  it('ends the hard way what does not end politely, with all that it started', async () => {
    const scope = newName('shop');
    const queue = await host.queues.create('failures');
    const stubborn = 'trap "" TERM; sleep 60 & echo "up $!"; wait; sleep 60';
    const { ended, output } = run(scope, queue, '--gate-grace', '0.3', '--', 'sh', '-c', stubborn);
    await expect.poll(output, { timeout: 15_000 }).toContain('up');
    await shut({ scope });
    expect((await ended).code).toBe(20);
    await until(() => stateOf(output()) === 'gone' || undefined);
  });

  it('passes on to all of it what a terminal or a supervisor says', async () => {
    const queue = await host.queues.create('failures');
    const { child, ended, output } = run(newName('shop'), queue, '--', 'sh', '-c', 'sleep 60 & echo "up $!"; wait');
    await expect.poll(output, { timeout: 15_000 }).toContain('up');
    child.kill('SIGTSTP');
    await until(() => stateOf(output()) === 'T' || undefined);
    child.kill('SIGCONT');
    await until(() => stateOf(output()) === 'S' || undefined);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(143);
    await until(() => stateOf(output()) === 'gone' || undefined);
  });

  it('is the one that is tried after a hold, and opens the gate or renews the hold by how it ends', async () => {
    const [well, ill] = [newName('shop'), newName('shop')];
    const queue = await host.queues.create('failures');
    for (const scope of [well, ill]) await shut({ scope, mode: 'hold', until: aMinuteAgo() });
    const mayEnd = join(host.folder, newName('may-end'));
    const first = run(well, queue, '--', 'sh', '-c', `echo up; while [ ! -e ${mayEnd} ]; do sleep 0.1; done`);
    await expect.poll(first.output, { timeout: 15_000 }).toContain('up');
    expect(await run(well, queue, '--', 'true').ended).toMatchObject({ code: 10 });
    writeFileSync(mayEnd, '');
    expect((await first.ended).code).toBe(0);
    expect(await holdersOf(well)).toEqual([]);
    expect(
      (await run(ill, queue, '--', 'sh', '-c', 'echo "usage limit reached: resets in 2 hours"; exit 1').ended).code,
    ).toBe(1);
    const [holder] = await holdersOf(ill);
    expect(holder).toMatchObject({ mode: 'hold', failedCanaries: 1 });
    expect(Math.round((Date.parse(holder?.until ?? '') - Date.now()) / 60_000)).toBe(120);
  });
});

it('warns of a name that kintsugi.yml does not know, and answers as ever', async () => {
  const own = await startDynalite();
  onTestFinished(() => own.stop());
  await createTable(own.client, 'kintsugi');
  const dependsOn = { 'shop-api': ['account:claude'] };
  await dynamoGateStore(dynamoTable({ tableName: 'kintsugi', client: own.client })).publish({
    schema: 1,
    dependsOn,
    publishedAt: new Date().toISOString(),
  });
  const env = { AWS_ENDPOINT_URL_DYNAMODB: own.endpoint };
  const ask = (scope: string) => call(['gate', scope], env).ended;
  expect(await ask('shop-appi')).toEqual({
    code: 0,
    stdout: 'go: nothing holds shop-appi\n',
    stderr: 'kintsugi: nothing of the name shop-appi is registered in kintsugi.yml. Did you mean shop-api?\n',
  });
  for (const known of ['shop-api', 'account:claude']) expect(await ask(known)).toMatchObject({ code: 0, stderr: '' });
});
