import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { fillQueue, folders, hashesOf, item, queueManifest } from '../runner/queue-folder.ts';
import { toolHost } from '../runner/tool-host.ts';
import { bundled } from './bundled.ts';

const isWhole = process.env.KINTSUGI_DESTRUCTIVE === 'whole';
/** Somebody who owns none of it. */
const nobody = 65_534;

type Script = Awaited<ReturnType<typeof bundled>>;
let dying: Script;
let mover: Script;
beforeAll(async () => {
  const scripts = ['../runner/dying-tool.ts', 'dying-mover.ts'].map((file) => bundled(join(import.meta.dirname, file)));
  [dying, mover] = (await Promise.all(scripts)) as [Script, Script];
});
afterAll(() => {
  dying.remove();
  mover.remove();
});

type Host = ReturnType<typeof toolHost>;
type Told = { signal: string | undefined; outcome: { ok: boolean; reason: string } | undefined };

/** Carries a released run out in a process of its own. */
function go(host: Host, runId: string, env: Record<string, string>, uid?: number): Promise<Told> {
  return new Promise((resolve, reject) =>
    execFile(
      process.execPath,
      [dying.script, host.configFile, host.path('journal'), runId],
      { env: { PATH: process.env.PATH, HOME: host.home, ...env }, ...(uid !== undefined && { uid, gid: uid }) },
      (error, stdout, stderr) => {
        if (error && !error.signal) return reject(new Error(stderr));
        resolve({ signal: error?.signal ?? undefined, outcome: stdout ? JSON.parse(stdout) : undefined });
      },
    ),
  );
}

/** A service that is up, a temporary file, and 200 items of which many share a name. */
function stage(atEnd: (done: () => void) => void): Host {
  const host = toolHost(
    {
      components: {
        shop: {
          stop: { command: ['rm', '-f', 'up'] },
          start: { command: ['touch', 'up'] },
          health: { command: ['test', '-e', 'up'] },
          clean: { queue: 'queue', temp: [{ root: 'work', pattern: '*.tmp' }] },
        },
      },
    },
    atEnd,
  );
  const names = Array.from({ length: 200 }, (_, n) => [`${folders[n % 4]}/${n % 67}.yml`, item(`W-${n}`)]);
  fillQueue(host.path('queue'), Object.fromEntries(names));
  mkdirSync(host.path('work'));
  writeFileSync(host.path('work/a.tmp'), 'x');
  writeFileSync(host.path('up'), '');
  return host;
}

async function release(host: Host): Promise<string> {
  const { run } = await host.plan('clean');
  run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
  return run.runId;
}

describe.concurrent('a clean recovery', () => {
  // Begun; stopping, child, its end, health, its end, stopped; before; counted; health, its end; starting, child, its end …
  const entries = isWhole ? Array.from({ length: 17 }, (_, n) => n + 1) : [2, 8, 12];
  const moving = isWhole ? [0, 1, 2, 3, 4, 5, 6, 8, 10, 12] : [2];
  it.for<[string, Record<string, string>]>([
    ...entries.map((n): [string, Record<string, string>] => [`journal entry ${n}`, { DIE_AT: `${n}` }]),
    ...moving.map((ms): [string, Record<string, string>] => [`${ms} ms of moving`, { DIE_AFTER_MS: `${ms}` }]),
  ])(
    'killed after %s, and started again, ends as if it had not been',
    async ([, death], { expect, onTestFinished }) => {
      const host = stage(onTestFinished);
      const before = queueManifest(host.path('queue'));
      const runId = await release(host);
      expect((await go(host, runId, death)).signal).toBe('SIGKILL');
      // Even before it is started again nothing is lost; between two names of one file it may be there twice.
      const meanwhile = new Set(hashesOf(queueManifest(host.path('queue'))));
      expect(hashesOf(before).filter((hash) => !meanwhile.has(hash))).toEqual([]);
      const { outcome } = await go(host, runId, {});
      expect(outcome).toMatchObject({ ok: true, reason: expect.stringContaining('equals what came out') });
      const after = queueManifest(host.path('queue'));
      expect(hashesOf(after)).toEqual(hashesOf(before));
      expect(Object.keys(after).filter((path) => /^(in-progress|failed)/.test(path))).toEqual([]);
      expect([existsSync(host.path('work/a.tmp')), existsSync(host.path('up'))]).toEqual([false, true]);
    },
  );

  // Per item: private folder, aside, new name, private name gone; then the private folder.
  it.for(isWhole ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [2, 7])(
    'killed after change %i to the queue, leaves nothing that the next one does not bring home',
    async (dieAt, { expect, onTestFinished }) => {
      const host = toolHost({ components: { shop: { clean: { queue: 'queue' } } } }, onTestFinished);
      const queue = host.path('queue');
      fillQueue(queue, { 'failed/a.yml': item('a'), 'failed/b.yml': item('b'), 'pending/b.yml': item('other b') });
      const before = hashesOf(queueManifest(queue));
      const env = { PATH: process.env.PATH, DIE_AT: `${dieAt}` };
      const signal = await new Promise((resolve) =>
        execFile(process.execPath, [mover.script, queue], { env }, (error) => resolve(error?.signal)),
      );
      expect(signal).toBe('SIGKILL');
      expect((await host.run('clean')).outcome).toMatchObject({ ok: true });
      const after = queueManifest(queue);
      expect(hashesOf(after)).toEqual(before);
      expect(Object.keys(after)).toEqual(['pending/a.yml', 'pending/b.from-failed.yml', 'pending/b.yml']);
    },
  );

  it('moves files of another user without overwriting, and leaves what it may not read', async ({
    expect,
    onTestFinished,
    skip,
  }) => {
    if (process.getuid?.() !== 0) skip('only root can make files of another user');
    const host = toolHost({ components: { shop: { clean: { queue: 'queue' } } } }, onTestFinished);
    fillQueue(host.path('queue'), {
      'pending/same.yml': item('pending'),
      'failed/same.yml': item('failed'),
      'failed/open.yml': item('open'),
      'in-progress/secret.yml': item('secret'),
    });
    chmodSync(host.path('queue/in-progress/secret.yml'), 0o000);
    for (const path of ['.', 'journal', 'queue', ...folders.map((folder) => `queue/${folder}`)])
      chmodSync(host.path(path), 0o777);
    const runId = await release(host);
    chownSync(host.path('journal', `${runId}.jsonl`), nobody, nobody);
    chmodSync(dying.script, 0o644);
    chmodSync(join(dying.script, '..'), 0o755);
    const { outcome } = await go(host, runId, {}, nobody);
    expect(outcome).toMatchObject({ ok: true, reason: expect.stringMatching(/^2 items moved back .*1 item stays? /) });
    expect(Object.keys(queueManifest(host.path('queue')))).toEqual([
      'in-progress/secret.yml',
      'pending/open.yml',
      'pending/same.from-failed.yml',
      'pending/same.yml',
    ]);
    expect(host.read('queue/pending/same.yml')).toBe(item('pending'));
    expect(lstatSync(host.path('queue/pending/open.yml')).uid).toBe(0);
  });
});
