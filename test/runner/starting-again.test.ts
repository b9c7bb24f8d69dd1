import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunJournal } from '../../runner/journal.ts';
import { carryOutOn, type ToolHost, toolHost } from './tool-host.ts';

type JournalEntry = Parameters<RunJournal['write']>[0];

/** A service that is a file: up while it is there. It notes when it is stopped and started. */
const fileService = (name: string, more: object = {}) => ({
  stop: { command: ['sh', '-c', `rm -f ${name}.up; echo stop ${name} >> notes`], timeoutSeconds: 0.5 },
  start: { command: ['sh', '-c', `touch ${name}.up; echo start ${name} >> notes`], timeoutSeconds: 1 },
  health: { command: ['test', '-e', `${name}.up`] },
  clean: {},
  ...more,
});

function twoServices(more: object = {}) {
  const host = toolHost({ components: { db: fileService('db'), api: fileService('api', more) } });
  for (const name of ['db', 'api']) writeFileSync(host.path(`${name}.up`), '');
  return host;
}

/** Planned and released; `onWrite` sees each entry before it is written. */
async function released(
  host: ToolHost,
  strategy: 'clean' | 'restart',
  onWrite: (entry: JournalEntry) => void = () => undefined,
) {
  const { run } = await host.plan(strategy, { component: 'db', order: { components: ['db', 'api'] } });
  run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
  const watched = {
    ...run,
    write(entry: JournalEntry) {
      onWrite(entry);
      run.write(entry);
    },
  };
  return { run, goOn: (options = {}) => carryOutOn(host.configFile, host.journal, watched, options) };
}

describe('what a run has stopped is started again', () => {
  // Guards against services that stay down because something broke in between.
  it.each(['clean', 'restart'] as const)('by a %s whose disk is full from then on', async (strategy) => {
    const host = twoServices();
    let isFull = false;
    const { goOn } = await released(host, strategy, (entry) => {
      isFull ||= entry.kind === 'note' && entry.name === 'stopped db';
      if (isFull) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    });
    expect((await goOn()).outcome).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^The disk is full\. .*What was stopped is started again\.$/),
    });
    expect(host.read('notes')).toBe('stop api\nstop db\nstart db\nstart api\n');
  });

  it.each(['clean', 'restart'] as const)('by a %s that is asked to stop in between', async (strategy) => {
    const host = twoServices();
    const { goOn } = await released(host, strategy);
    const isStopping = () => existsSync(host.path('notes'));
    expect((await goOn({ isStopping })).outcome).toMatchObject({ kind: 'ended', ok: true });
    expect(host.read('notes')).toBe('stop api\nstop db\nstart db\nstart api\n');
  });

  it('and nothing that still runs, when one of them would not stop', async () => {
    const host = twoServices({ stop: { command: ['true'], timeoutSeconds: 0.3 } });
    const { goOn } = await released(host, 'clean');
    expect((await goOn()).outcome).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^api could not be stopped .*so no file was touched\.$/),
    });
    expect(host.read('notes')).toBe('stop db\nstart db\n');
  });

  // Guards against a second instance beside one of which nobody knows whether it still runs.
  it('and nothing that could not be stopped and does not answer', async () => {
    const stop = { command: ['false'], timeoutSeconds: 1 };
    const host = twoServices({ stop, health: { command: ['sleep', '9'], timeoutSeconds: 0.2 } });
    const { goOn } = await released(host, 'clean');
    expect((await goOn()).outcome).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^api could not be stopped/),
    });
    expect(host.read('notes')).toBe('stop db\nstart db\n');
  });

  it('by whoever goes on after a kill, who stops once more what a reboot has started', async () => {
    const host = twoServices();
    const { run, goOn } = await released(host, 'clean');
    const at = new Date().toISOString();
    run.write({ kind: 'reached', at, milestone: 'begun' });
    for (const component of ['api', 'db']) {
      run.write({ kind: 'note', at, name: `stopping ${component}`, value: true });
      const value = { component, state: 'good', how: 'stopped' };
      run.write({ kind: 'note', at, name: `stopped ${component}`, value });
    }
    rmSync(host.path('api.up'));
    expect((await goOn()).outcome).toMatchObject({ ok: true });
    expect(host.read('notes')).toBe('stop db\nstart db\nstart api\n');
  });

  it('once, when it was killed between the start and the note of it', async () => {
    const host = twoServices();
    const { run, goOn } = await released(host, 'restart');
    const at = new Date().toISOString();
    run.write({ kind: 'reached', at, milestone: 'begun' });
    for (const component of ['api', 'db']) {
      const value = { component, state: 'good', how: 'stopped' };
      run.write({ kind: 'note', at, name: `stopped ${component}`, value });
      run.write({ kind: 'note', at, name: `starting ${component}`, value: true });
    }
    rmSync(host.path('api.up'));
    expect((await goOn()).outcome).toMatchObject({ ok: true });
    expect(host.read('notes')).toBe('start api\n');
  });
});
