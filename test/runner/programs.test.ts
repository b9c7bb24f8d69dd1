import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planRun } from '../../runner/actions/plan-rollback-run.ts';
import { checkTrees } from '../../runner/check-trees.ts';
import type { JournalEntry } from '../../runner/journal-entry.ts';
import { lockPlaces } from '../../runner/lock-places.ts';
import { openRunnerConfig, readRunnerConfig } from '../../runner/read-config.ts';
import { carryOutOn, toolHost } from './tool-host.ts';

const sh = (script: string) => ({ command: ['sh', '-c', script] });
const action = (more: object = {}) => ({
  actions: {
    'older-api': {
      component: 'shop',
      title: 'Use the older API',
      ...sh('echo on >> state'),
      undo: sh('echo off >> state'),
      ...more,
    },
  },
});
const order = { action: 'older-api' };

describe('a workaround', () => {
  it('is applied and verified, and can be undone once', async () => {
    const host = toolHost(action({ verify: sh('grep -q on state') }));
    const { run, outcome, preview } = await host.run('workaround', { order });
    expect(preview).toMatchObject({ summary: 'Use the older API', total: 2 });
    expect(outcome).toMatchObject({
      ok: true,
      reason: '"Use the older API" is done. The check passes (exit 0).',
      canUndo: true,
    });
    expect(host.read('state')).toBe('on\n');

    const undone = await host.run('undo', { order: { undoes: run.runId } });
    expect(undone.outcome).toMatchObject({ ok: true, reason: '"Use the older API" is undone (exit 0).' });
    expect(host.read('state')).toBe('on\noff\n');
    expect((await host.plan('undo', { order: { undoes: run.runId } })).planned).toMatchObject({
      code: 'already_undone',
    });
  });

  it('without a check is done, and nobody says that it worked', async () => {
    const host = toolHost({ actions: { quiet: { component: 'shop', title: 'Do it', command: ['true'] } } });
    expect((await host.run('workaround', { order: { action: 'quiet' } })).outcome).toMatchObject({
      ok: true,
      reason: '"Do it" is done. There is no check for it in runner.yml.',
      unverified: true,
    });
  });

  it('is undone when its check fails', async () => {
    const host = toolHost(action({ verify: sh('echo still broken; exit 4') }));
    const { outcome, steps } = await host.run('workaround', { order });
    expect(outcome).toMatchObject({ ok: false, reason: 'The check fails afterwards (exit 4). It was undone.' });
    expect(host.read('state')).toBe('on\noff\n');
    expect(steps.find(({ name, state }) => name === 'Check' && state === 'failed')?.outputTail).toBe('still broken');
  });

  it('says so when it cannot be undone', async () => {
    const host = toolHost(action({ verify: sh('false'), undo: sh('exit 9') }));
    expect((await host.run('workaround', { order })).outcome).toMatchObject({
      reason: 'The check fails afterwards (exit 1). The undo failed, too (exit 9): look at the host.',
    });
  });

  it('is never run twice: cut off while it ran, it is undone', async () => {
    const host = toolHost(action());
    const { run } = await host.plan('workaround', { order });
    run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
    run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'begun' });
    run.write({ kind: 'note', at: new Date().toISOString(), name: 'applying', value: 'as a killed runner leaves it' });
    const { outcome } = await carryOutOn(host.configFile, host.journal, run);
    expect(outcome).toMatchObject({
      ok: false,
      reason: 'The runner was ended while "Use the older API" ran. It was undone.',
    });
    expect(host.read('state')).toBe('off\n');
  });

  it('is undone when the journal could not be written while it began', async () => {
    const host = toolHost(action(sh('sleep 20')));
    const { run } = await host.plan('workaround', { order });
    run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
    let isFull = true;
    const write = (entry: JournalEntry) => {
      if (entry.kind === 'child' && isFull) {
        isFull = false;
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      }
      run.write(entry);
    };
    expect((await carryOutOn(host.configFile, host.journal, { ...run, write })).outcome).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/failed \(The disk is full\. .*\)\. It was undone\.$/),
    });
    expect(host.read('state')).toBe('off\n');
  });

  it('is undone when the disk is full from its end on', async () => {
    const host = toolHost(action());
    const { run } = await host.plan('workaround', { order });
    run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
    let isFull = false;
    const write = (entry: JournalEntry) => {
      isFull ||= entry.kind === 'reached' && entry.milestone === 'applied';
      if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      run.write(entry);
    };
    expect((await carryOutOn(host.configFile, host.journal, { ...run, write })).outcome).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/failed \(The disk is full\. .*\)\. It was undone\.$/),
    });
    expect(host.read('state')).toBe('on\noff\n');
  });

  it('is refused when runner.yml does not name it, or names it for another component', async () => {
    const host = toolHost(action());
    expect((await host.plan('workaround', { order: { action: 'rm -rf /' } })).planned).toMatchObject({
      code: 'unknown_action',
      advice: 'Add it there under actions. It has: older-api.',
    });
    expect((await host.plan('workaround', { order, component: 'web' })).planned).toMatchObject({
      code: 'other_component',
    });
  });

  it('gets its folder, its time and its output limit, and no more of the environment than it is allowed', async () => {
    process.env.KINTSUGI_TEST_ALLOWED = 'yes';
    process.env.KINTSUGI_TEST_FORBIDDEN = 'no';
    const host = toolHost(
      action({
        ...sh('env > state; yes'),
        environment: ['KINTSUGI_TEST_ALLOWED'],
        outputLimitBytes: 50_000,
        undo: undefined,
      }),
    );
    const { outcome } = await host.run('workaround', { order });
    expect(outcome).toMatchObject({
      ok: false,
      reason: expect.stringContaining('stopped: it printed more than 50 kB'),
    });
    expect(host.read('state')).toContain('KINTSUGI_TEST_ALLOWED=yes');
    expect(host.read('state')).not.toContain('KINTSUGI_TEST_FORBIDDEN');
  });

  it('shows the last lines while it runs', async () => {
    const host = toolHost(action(sh('echo step one; echo step two; sleep 2.6; echo done')));
    const { steps } = await host.run('workaround', { order });
    const live = steps.filter(({ state, outputTail }) => state === 'started' && outputTail !== undefined);
    expect(live).toEqual([expect.objectContaining({ name: 'Use the older API', outputTail: 'step one\nstep two' })]);
  });
});

describe('a rollback by a pair of commands', () => {
  const pair = (more: object = {}) => ({
    components: {
      shop: {
        rollback: {
          preview: sh('echo "alias live: version $(cat alias) to 7"'),
          apply: sh('cp alias before; echo 7 > alias'),
          undo: sh('cp before alias'),
          verify: sh('grep -q 7 alias'),
          ...more,
        },
      },
    },
  });

  it('shows what its preview prints, applies, verifies, and can be undone', async () => {
    const host = toolHost(pair());
    writeFileSync(host.path('alias'), '8\n');
    const { run, outcome, preview } = await host.run('rollback-and-retry');
    expect(preview.items).toEqual([{ what: 'alias live: version 8 to 7', change: 'run' }]);
    expect(outcome).toMatchObject({ ok: true, canUndo: true });
    expect(host.read('alias')).toBe('7\n');
    expect((await host.run('undo', { order: { undoes: run.runId } })).outcome).toMatchObject({ ok: true });
    expect(host.read('alias')).toBe('8\n');
  });

  it('is undone when its verify fails', async () => {
    const host = toolHost(pair({ verify: sh('false') }));
    writeFileSync(host.path('alias'), '8\n');
    expect((await host.run('rollback-and-retry')).outcome).toMatchObject({
      ok: false,
      reason: expect.stringContaining('It was undone.'),
    });
    expect(host.read('alias')).toBe('8\n');
  });

  it('is planned again when the preview says something else by the time of go', async () => {
    const host = toolHost(pair());
    writeFileSync(host.path('alias'), '8\n');
    const { run } = await host.plan('rollback-and-retry');
    run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
    writeFileSync(host.path('alias'), '9\n');
    expect((await carryOutOn(host.configFile, host.journal, run)).outcome).toEqual({ kind: 'changed' });
    expect(host.read('alias')).toBe('9\n');
  });

  it('is refused when its preview fails', async () => {
    const host = toolHost(pair());
    rmSync(host.path('alias'), { force: true });
    host.configure(pair({ preview: sh('echo no such alias >&2; exit 2') }));
    expect((await host.plan('rollback-and-retry')).planned).toMatchObject({
      code: 'preview_failed',
      reason: 'The preview of the rollback failed (exit 2). no such alias',
    });
  });
});

it.each([
  [
    'an unknown key',
    { components: { shop: { explode: { command: ['true'] } } } },
    'components.shop.explode: there is no such key here; docs/runner.md lists them',
  ],
  [
    'a command that is a text',
    { actions: { a: { component: 'shop', title: 'A', command: 'rm -rf /' } } },
    'actions.a.command: must be a list: the program, then its arguments',
  ],
  [
    'an empty command',
    { components: { shop: { stop: { command: [] } } } },
    'components.shop.stop.command: must be a list: the program, then its arguments',
  ],
  [
    'a program without a name',
    { components: { shop: { stop: { command: ['', 'shop'] } } } },
    'components.shop.stop.command: must begin with the name of a program',
  ],
  [
    'a character that no program can be given',
    { components: { shop: { stop: { command: ['echo', 'a\0b'] } } } },
    'components.shop.stop.command: must not hold the character zero',
  ],
  [
    'temporary files outside of the work tree',
    {
      workTrees: { shop: { path: 'shop', component: 'shop', check: { command: ['true'] } } },
      components: { shop: { clean: { temp: [{ root: 'elsewhere', pattern: '*' }] } } },
    },
    /components\.shop\.clean\.temp\.0\.root: .*is outside of shop's work tree: must be in/,
  ],
  [
    'a queue where the system keeps its own',
    { components: { shop: { clean: { queue: '/etc' } } } },
    "components.shop.clean.queue: /etc is the system's own: name a folder of work items",
  ],
  [
    'a mirror of everything',
    { table: 't', components: { shop: { mirror: { folder: '/' } } } },
    'components.shop.mirror.folder: / is or holds the home folder: name a folder of work items',
  ],
  [
    'a mirror inside of git',
    { table: 't', components: { shop: { mirror: { folder: 'shop/.git' } } } },
    /components\.shop\.mirror\.folder: .*\.git is git's own/,
  ],
  [
    'two names for one work tree',
    {
      workTrees: {
        one: { path: 'shop', component: 'shop', check: { command: ['true'] } },
        two: { path: './shop', component: 'shop', check: { command: ['true'] } },
      },
    },
    'workTrees.two.path: is the same folder as that of the work tree one: name each place once',
  ],
  [
    'one queue for two components',
    { components: { a: { clean: { queue: 'q' } }, b: { clean: { queue: 'q' } } } },
    'components.b.clean.queue: is the same folder as that of a: name each place once',
  ],
  [
    'a command that is longer than what people would see of it',
    {
      actions: { a: { component: 'shop', title: 'A', command: ['true'], undo: { command: ['sh', 'x'.repeat(400)] } } },
    },
    'actions.a.undo.command: is shown to people before they approve it, with its title in at most 300 bytes; it has 413',
  ],
  [
    'what would be stopped for good',
    { components: { shop: { stop: { command: ['true'] }, clean: {} } } },
    /components\.shop\.stop: needs components\.shop\.start beside it/,
  ],
])('refuses %s at the start, with file, line and key', (_what, tools, expected) => {
  const host = toolHost(tools);
  let said = '';
  try {
    readRunnerConfig(host.configFile);
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).toMatch(expected);
  const [, line, key = ''] = /runner\.yml:(\d+): ([\w.-]+): /.exec(said) ?? [];
  const text = host.read('runner.yml').split('\n')[Number(line) - 1];
  expect(text).toContain(`${key.split('.').at(-1)}:`);
});

const lines = (...text: string[]) => text.map((line) => `${line}\n`).join('');
it.each([
  ['an alias of nothing', lines('components:', '  shop: *none'), 2, '*none: nothing before it is marked &none'],
  [
    'aliases that multiply',
    lines(
      'actions: &a [x, x, x, x, x, x, x, x, x, x]',
      'components: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]',
      'table: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]',
    ),
    2,
    'its aliases (*) cannot be followed: write out what they stand for',
  ],
  ['a key said twice', lines('table: one', 'table: two'), 2, 'Map keys must be unique'],
  ['a tab', lines('components:', '\tshop: {}'), 2, 'Tabs are not allowed as indentation'],
  ['a second document', lines('---', 'table: two'), 1, 'a second document begins here (---): a file holds one'],
  ['a merge', lines('components:', '  shop: { <<: { stop: {} } }'), 2, 'components.shop.<<: there is no such key here'],
  ['nothing where something belongs', lines('components:', 'table: x'), 1, 'components: must be a group of keys'],
  [
    'a number that is too large',
    lines('components: { shop: { mirror: { folder: q, everySeconds: 9999 } } }'),
    1,
    'everySeconds: must be at most 3600',
  ],
])('names file and line of %s', (_what, added, line, expected) => {
  const host = toolHost({});
  const text = host.read('runner.yml');
  writeFileSync(host.configFile, text + added);
  const at = text.split('\n').length - 1 + line;
  expect(() => readRunnerConfig(host.configFile)).toThrow(new RegExp(`runner\\.yml:${at}: .*`));
  expect(() => readRunnerConfig(host.configFile)).toThrow(expected);
});

it('reads a file that begins with a byte order mark, and says of an empty one what is missing', () => {
  const host = toolHost({});
  writeFileSync(host.configFile, `\ufeff${host.read('runner.yml')}`);
  expect(readRunnerConfig(host.configFile).name).toBe('demo');
  writeFileSync(host.configFile, '');
  expect(() => readRunnerConfig(host.configFile)).toThrow(/runner\.yml:1: name: is missing$/);
});

it('says of a work tree that is gone that it is not there', async () => {
  const gone = toolHost({}).path('gone');
  expect(await planRun(gone, 'shop')).toEqual({
    kind: 'refused',
    code: 'folder_missing',
    reason: `${gone} is not there.`,
    advice: 'Is it mounted? Bring it back, or correct its path, then try again.',
  });
  await expect(lockPlaces([gone], { runId: 'R-1', journal: gone })).rejects.toThrow(`${gone} is not there`);
});

it.each([
  ['nowhere', /workTrees\.shop\.path: \S+nowhere is not there\. Is it mounted\?/],
  ['runner.yml', /workTrees\.shop\.path: \S+runner\.yml is not a folder\. Name a folder that is a git work tree/],
  ['plain', /workTrees\.shop\.path: \S+plain is in no git repository\. Name a folder that is a git work tree/],
  ['tree/inner', /workTrees\.shop\.path: \S+inner is inside the work tree \S+\. Name the top folder/],
  ['tree', undefined],
])('starts no runner that could not roll back the work tree %s', async (path, words) => {
  const host = toolHost({ workTrees: { shop: { path, component: 'shop', check: { command: ['true'] } } } });
  execFileSync('git', ['init', '-q', host.path('tree')]);
  mkdirSync(host.path('tree', 'inner'));
  mkdirSync(host.path('plain'));
  const { config, errorAt } = openRunnerConfig(host.configFile);
  const problem = await checkTrees(config);
  if (!words) return expect(problem).toBeUndefined();
  const { message } = problem ? errorAt(problem) : new Error('no problem');
  expect(message).toMatch(words);
  const line = Number(/runner\.yml:(\d+): /.exec(message)?.[1]);
  expect(host.read('runner.yml').split('\n')[line - 1]).toContain('path:');
});
