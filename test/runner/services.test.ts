import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { isAlive, membersOfGroup } from '../../runner/process-identity.ts';
import { carryOutOn, toolHost } from './tool-host.ts';

/** A real service: a process that listens, left behind by its start command, and noted when it comes and goes. */
function service(name: string, needs?: string) {
  const serve = `
    const { appendFileSync, writeFileSync, existsSync } = require('node:fs');
    if (${JSON.stringify(needs ?? '')} && !existsSync(${JSON.stringify(`${needs}.port`)})) process.exit(1);
    const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
      writeFileSync('${name}.pid', String(process.pid));
      appendFileSync('order', 'up ${name}\\n');
      writeFileSync('${name}.port', String(server.address().port));
    });
    process.on('SIGTERM', () => {
      appendFileSync('order', 'down ${name}\\n');
      require('node:fs').rmSync('${name}.port');
      process.exit(0);
    });`;
  const ask = `
    const { existsSync, readFileSync } = require('node:fs');
    if (!existsSync('${name}.port')) process.exit(1);
    require('node:net').connect(Number(readFileSync('${name}.port', 'utf8')), '127.0.0.1')
      .on('connect', () => process.exit(0)).on('error', () => process.exit(1));`;
  const detach = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(serve)}], { detached: true, stdio: 'ignore' }).unref()`;
  return {
    stop: { command: ['sh', '-c', `kill $(cat ${name}.pid)`], timeoutSeconds: 10 },
    start: { command: [process.execPath, '-e', detach], timeoutSeconds: 10 },
    health: { command: [process.execPath, '-e', ask], timeoutSeconds: 5 },
  };
}

function chain() {
  const host = toolHost({
    components: { db: service('db'), api: service('api', 'db'), web: service('web', 'api') },
  });
  onTestFinished(() => {
    for (const name of ['db', 'api', 'web']) endService(host.path(`${name}.pid`));
  });
  return host;
}
function endService(file: string): void {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
  } catch {
    // It never came up, or has gone already.
  }
}
const order = { components: ['db', 'api', 'web'] };

it('says healthy of nothing that it could not ask', async () => {
  const start = { command: ['true'] };
  const health = { command: ['true'] };
  const host = toolHost({ components: { db: { start, health }, api: { start } } });
  const restart = async (...components: string[]) =>
    (await host.run('restart', { component: 'db', order: { components } })).outcome;
  expect(await restart('api')).toMatchObject({ ok: true, reason: 'api: started, not checked.' });
  expect(await restart('db', 'api')).toMatchObject({ reason: 'db, api: started and healthy (not checked: api).' });
});

it('starts in dependency order, stops in reverse, restarts, and sees for itself that each is up or down', async () => {
  const host = chain();
  const up = await host.run('restart', { component: 'db', order });
  expect(up.outcome).toMatchObject({ kind: 'ended', ok: true, reason: 'db, api, web: started and healthy.' });
  expect(host.read('order')).toBe('up db\nup api\nup web\n');
  expect(up.preview.items.map(({ change }) => change)).toEqual(['stop', 'stop', 'stop', 'start', 'start', 'start']);

  writeFileSync(host.path('order'), '');
  const again = await host.run('restart', { component: 'db', order });
  expect(again.outcome).toMatchObject({ ok: true });
  expect(host.read('order')).toBe('down web\ndown api\ndown db\nup db\nup api\nup web\n');

  writeFileSync(host.path('order'), '');
  const down = await host.run('shutdown', {
    component: 'db',
    order: { components: [...order.components, 'elsewhere'] },
  });
  expect(down.preview.summary).toBe('Stops web, api, db; not on this host: elsewhere');
  expect(down.outcome).toMatchObject({
    ok: true,
    reason: 'web, api, db: stopped.',
    table: { rows: expect.arrayContaining([['➖ skipped', 'elsewhere', 'no stop command on this host']]) },
  });
  expect(host.read('order')).toBe('down web\ndown api\ndown db\n');
}, 60_000);

it('does not start what hangs on something that does not come up, and says which', async () => {
  const host = chain();
  host.configure({
    components: {
      db: { start: { command: ['true'], timeoutSeconds: 1 }, health: { command: ['false'] } },
      api: { start: { command: ['touch', 'started'] } },
    },
  });
  const { outcome } = await host.run('restart', { component: 'db', order: { components: ['db', 'api'] } });
  expect(outcome).toMatchObject({
    ok: false,
    reason: 'Not all of it works: db (not healthy within 1 s); api (not started, since db does not work).',
  });
  expect(() => host.read('started')).toThrow();
});

it('goes on stopping when one does not stop, and names it', async () => {
  const host = toolHost({
    components: {
      db: { stop: { command: ['touch', 'db-down'], timeoutSeconds: 1 } },
      api: { stop: { command: ['true'], timeoutSeconds: 1 }, health: { command: ['true'] } },
    },
  });
  const { outcome, steps } = await host.run('shutdown', { component: 'db', order: { components: ['db', 'api'] } });
  // Guards against a step that is green although what it should have stopped still runs.
  const ends = steps.filter(({ name, state }) => name === 'Stop api' && state !== 'started');
  expect(ends).toEqual([
    expect.objectContaining({ state: 'failed', detail: 'true: it still runs: its health command still passes' }),
  ]);
  expect(outcome).toMatchObject({
    ok: false,
    reason: 'Not all of it is stopped: api (it still runs: its health command still passes).',
  });
  expect(host.read('db-down')).toBe('');
});

it('does not take a health command that gives no answer for a proof that it is stopped', async () => {
  const stop = { command: ['true'], timeoutSeconds: 0.5 };
  const health = { command: ['sleep', '20'], timeoutSeconds: 0.2 };
  const host = toolHost({ components: { shop: { stop, health } } });
  expect((await host.run('shutdown')).outcome).toMatchObject({
    ok: false,
    reason: expect.stringContaining('nobody knows whether it still runs: its health command gives no answer (stopped'),
  });
});

it('refuses before anything happens what is not on this host', async () => {
  const host = toolHost({ components: { shop: {} } });
  expect((await host.plan('shutdown')).planned).toMatchObject({ kind: 'refused', code: 'not_configured' });
  expect((await host.plan('restart', { component: 'nobody' })).planned).toMatchObject({ kind: 'refused' });
});

it('runs no step twice when it stops between two and goes on', async () => {
  const host = toolHost({
    components: {
      db: { stop: { command: ['sh', '-c', 'echo db >> stopped'] } },
      api: { stop: { command: ['sh', '-c', 'echo api >> stopped'] } },
    },
  });
  const { run } = await host.plan('shutdown', { component: 'db', order: { components: ['db', 'api'] } });
  run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
  const isStopping = () => existsSync(host.path('stopped'));
  const first = await carryOutOn(host.configFile, host.journal, run, { isStopping });
  expect(first.outcome).toEqual({ kind: 'interrupted' });
  expect(host.read('stopped')).toBe('api\n');
  const second = await carryOutOn(host.configFile, host.journal, run);
  expect(second.outcome).toMatchObject({ ok: true });
  expect(host.read('stopped')).toBe('api\ndb\n');
});

it('plans again when runner.yml says something else by the time of go', async () => {
  const host = toolHost({ components: { shop: { stop: { command: ['touch', 'one'] } } } });
  const { run } = await host.plan('shutdown');
  run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
  host.configure({ components: { shop: { stop: { command: ['touch', 'two'] } } } });
  expect((await carryOutOn(host.configFile, host.journal, run)).outcome).toEqual({ kind: 'changed' });
  expect(() => host.read('two')).toThrow();
});

it('leaves running what a start command left running, whoever goes on with the run', async () => {
  const host = toolHost({
    components: { shop: { start: { command: ['sh', '-c', 'sleep 30 > /dev/null 2>&1 & echo $! > pid'] } } },
  });
  onTestFinished(() => endService(host.path('pid')));
  const { run } = await host.run('restart');
  expect(run.children()).toEqual([]);
  expect(isAlive({ pid: Number(host.read('pid')), birth: '' })).toBe(true);
});

it('looks at services, ports, checks, logs and the host, and never fails because one look does', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  const sleeper = spawn('sleep', ['60']);
  onTestFinished(() => {
    server.close();
    sleeper.kill('SIGKILL');
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const host = toolHost({
    components: {
      shop: {
        health: { command: ['true'] },
        diagnose: {
          services: ['sleep', 'no-such-service'],
          ports: [port, 1],
          checks: {
            failing: { command: ['sh', '-c', 'echo password=hunter2secret; echo the shelf is empty; exit 3'] },
            slow: { command: ['sleep', '30'], timeoutSeconds: 0.3 },
            missing: { command: ['no-such-program'] },
            noted: { command: ['sh', '-c', 'sleep 0.5; grep -q \'"kind":"child"\' journal/*.jsonl'] },
          },
          logs: ['shop.log', 'nowhere.log', 'pipe', 'journal', 'link.log', '/dev/zero'],
        },
      },
      db: { health: { command: ['false'] } },
    },
  });
  writeFileSync(
    host.path('shop.log'),
    'all is well\nERROR cannot pay, token=ghp_0123456789abcdefghijABCDEFGHIJ012345\nfine\n',
  );
  execFileSync('mkfifo', [host.path('pipe')]);
  symlinkSync('shop.log', host.path('link.log'));
  const { outcome, preview, run } = await host.run('diagnose', { order: { components: ['shop', 'db', 'far'] } });
  if (outcome.kind !== 'ended') throw new Error('not ended');
  const rows = Object.fromEntries(
    (outcome.table?.rows ?? []).map(([state, what, found]) => [what, `${state}: ${found}`]),
  );
  expect(outcome.ok).toBe(true);
  expect(rows).toMatchObject({
    health: '🟢 well: exit 0',
    'check failing': expect.stringMatching(/^❌ not well: .*exit 3\. the shelf is empty/),
    'check slow': expect.stringContaining('stopped after 0.3 s'),
    'check missing': expect.stringContaining('there is no program `no-such-program`'),
    // Killed meanwhile, the next start would find and end it.
    'check noted': '🟢 well: exit 0',
    'service sleep': expect.stringMatching(/^🟢 well: running/),
    'service no-such-service': '❌ not well: not running',
    [`port ${port}`]: expect.stringMatching(/^🟢 well: .*listens$/),
    'port 1': '❌ not well: nobody listens',
    'needs db': expect.stringMatching(/^❌ not well: false: exit 1/),
    'needs far': '➖ not known: no health command on this host',
    'log shop.log': expect.stringMatching(/^❌ not well: 1 error .*ERROR cannot pay, token=\[redacted/),
    'log nowhere.log': expect.stringMatching(/^➖ not known: cannot be looked at: ENOENT/),
    'log pipe': '➖ not known: cannot be looked at: it is no plain file (a folder, a pipe, a socket or a device)',
    'log journal': expect.stringContaining('it is no plain file'),
    'log zero': expect.stringContaining('it is no plain file'),
    'log link.log': expect.stringMatching(/^❌ not well: 1 error/),
    memory: expect.stringContaining('available'),
    load: expect.stringContaining('cores'),
  });
  expect(run.children().flatMap(membersOfGroup)).toEqual([]);
  expect(preview.total).toBe(preview.items.length);
  expect(outcome.reason).toMatch(/are not well: check failing, .*could not be looked at\.$/);
});
