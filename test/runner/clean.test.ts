import { execFile } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GateHolder } from '../../lib/gate/gate.ts';
import { holdShut } from '../../runner/clean/gated-items.ts';
import { moveBack } from '../../runner/clean/move-back.ts';
import { asideFolder, readQueue } from '../../runner/clean/queue-files.ts';
import { removeTemp } from '../../runner/clean/temp-files.ts';
import { readRunnerConfig } from '../../runner/read-config.ts';
import { fillQueue, folders, hashesOf, item, queueManifest } from './queue-folder.ts';
import { carryOutOn, type ToolHost, toolHost } from './tool-host.ts';

const cleanOf = (more: object = {}) => ({ components: { shop: { clean: { queue: 'queue', ...more } } } });
const fill = (host: ToolHost, files: Record<string, string | Buffer>) => fillQueue(host.path('queue'), files);
const manifest = (host: ToolHost) => queueManifest(host.path('queue'));

function thousand(host: ToolHost): { moving: number } {
  const files: Record<string, string | Buffer> = {};
  for (let n = 0; n < 960; n++) files[`${folders[n % 4]}/${String(n).padStart(4, '0')}.yml`] = item(`W-${n}`);
  // The same name in failed and pending, and in failed and in progress: other items, other bytes.
  for (let n = 0; n < 10; n++) {
    files[`pending/twin-${n}.yml`] = item(`P-${n}`);
    files[`in-progress/twin-${n}.yml`] = item(`I-${n}`);
    files[`failed/twin-${n}.yml`] = item(`F-${n}`);
  }
  files['failed/cut.yml'] = 'id: cut\ntitle: Do the th';
  files['failed/broken.yml'] = 'id: broken\nnotes: [one, two\n';
  files['in-progress/empty.yml'] = '';
  files['in-progress/zeros.yml'] = Buffer.concat([Buffer.from('id: zeros\n'), Buffer.alloc(300)]);
  files['in-progress/binary.yml'] = Buffer.from([0x69, 0x64, 0x3a, 0xff, 0xfe, 0x0a]);
  files['failed/.draft.yml.swp'] = 'what an editor keeps';
  fill(host, files);
  mkdirSync(host.path('queue', 'failed', 'folder.yml'));
  symlinkSync('/nowhere/at/all.yml', host.path('queue', 'in-progress', 'dangling.yml'));
  symlinkSync(host.path('queue', 'done', '0003.yml'), host.path('queue', 'failed', 'link.yml'));
  writeFileSync(host.path('queue', 'pending', 'last.yml'), item('last'));
  return { moving: 960 / 2 + 20 };
}

describe('clean recovery of a queue of 1,000 files', () => {
  it('brings back what is stuck, overwrites nothing, names what stays, and finds nothing to do the second time', async () => {
    const host = toolHost(cleanOf());
    const { moving } = thousand(host);
    const before = manifest(host);
    expect(Object.keys(before)).toHaveLength(1000);

    const first = await host.run('clean');
    const after = manifest(host);
    expect(first.outcome).toMatchObject({
      kind: 'ended',
      ok: true,
      reason: `${moving} items moved back to pending; 0 temporary paths removed; 9 items stay where they are (named in the table); what went in equals what came out. Whether shop works was not checked: runner.yml has no check for it.`,
      unverified: true,
    });
    expect(hashesOf(after)).toEqual(hashesOf(before));
    expect(Object.keys(after).filter((path) => path.startsWith('done/'))).toHaveLength(240);
    const stuck = Object.keys(after).filter((path) => /^(in-progress|failed)/.test(path));
    expect(stuck).toEqual(
      [
        'failed/.draft.yml.swp',
        'failed/broken.yml',
        'failed/cut.yml',
        'failed/folder.yml',
        'failed/link.yml',
        'in-progress/binary.yml',
        'in-progress/dangling.yml',
        'in-progress/empty.yml',
        'in-progress/zeros.yml',
      ].sort(),
    );
    for (const [name, id] of [
      ['twin-3.yml', 'P-3'],
      ['twin-3.from-in-progress.yml', 'I-3'],
      ['twin-3.from-failed.yml', 'F-3'],
    ] as const) {
      expect(host.read('queue', 'pending', name)).toBe(item(id));
    }
    if (first.outcome.kind !== 'ended') throw new Error('not ended');
    expect(first.outcome.table?.rows).toContainEqual(['all items', '1000', '1000', '🟢 the same by id and hash']);
    expect(first.outcome.table?.rows).toContainEqual([
      'failed/cut.yml',
      '',
      '',
      'stays: half-written: its last line is cut off',
    ]);

    const second = await host.run('clean');
    expect(manifest(host)).toEqual(after);
    expect(second.outcome).toMatchObject({ ok: true, reason: expect.stringMatching(/^0 items moved back/) });
  });

  it('shows in a dry run what it would do, and touches nothing', async () => {
    const host = toolHost(cleanOf());
    thousand(host);
    const before = manifest(host);
    const { planned } = await host.plan('clean');
    expect(planned).toMatchObject({
      kind: 'planned',
      preview: {
        summary: expect.stringContaining('moves what is in progress or failed back to pending (500 items now)'),
        total: 509,
      },
    });
    expect(manifest(host)).toEqual(before);
  });
});

describe('whether the component works after it', () => {
  const retry = { attempts: 2, backoffSeconds: 0 };
  const withTree = async (command: string[], more = {}) => {
    const host = toolHost({});
    mkdirSync(host.path('tree'));
    await git(host.path('tree'), 'init', '-q');
    const clean = { temp: [{ root: 'tree', pattern: '*.tmp' }] };
    host.configure({
      components: { shop: { clean } },
      workTrees: { shop: { path: 'tree', component: 'shop', check: { command }, retry: { ...retry, ...more } } },
    });
    writeFileSync(host.path('tree', 'half.tmp'), '');
    return host;
  };

  it('is said by the check that failed: shown in the plan, run at the end, and believed', async () => {
    const host = await withTree(['test', '!', '-e', 'half.tmp']);
    const { preview, outcome, steps } = await host.run('clean');
    expect(preview.items).toContainEqual({ what: 'shop: test ! -e half.tmp', change: 'check' });
    expect(outcome).toMatchObject({ ok: true, reason: expect.stringMatching(/The check of shop passes \(/) });
    expect(outcome).not.toHaveProperty('unverified');
    expect(steps.at(-1)).toMatchObject({ name: 'Check', state: 'done' });
  });

  it('is asked of the check alone: what failed is not done once more, which nobody approved', async () => {
    const host = await withTree(['true'], { command: ['touch', 'again'] });
    expect((await host.run('clean')).outcome).toMatchObject({ ok: true });
    expect(existsSync(host.path('tree', 'again'))).toBe(false);
  });

  it('is not claimed while that check still fails, whatever was cleaned', async () => {
    const host = await withTree(['test', '-e', 'never-made']);
    const { outcome } = await host.run('clean');
    expect(existsSync(host.path('tree', 'half.tmp'))).toBe(false);
    expect(outcome).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^1 temporary path removed\. But the check of shop still fails \(/),
    });
  });

  it('is said by the verify of its rollback where there is no work tree', async () => {
    const program = { command: ['true'] };
    const rollback = { preview: program, apply: program, undo: program, verify: { command: ['false'] } };
    const host = toolHost({ components: { shop: { clean: { queue: 'queue' }, rollback } } });
    fill(host, {});
    expect((await host.run('clean')).outcome).toMatchObject({ ok: false });
  });
});

it('takes no item that somebody took or changed meanwhile, and finishes a move that was cut in two', async () => {
  const host = toolHost(cleanOf());
  fill(host, { 'failed/a.yml': item('a'), 'failed/b.yml': item('b') });
  const [a, b] = await readQueue(host.path('queue'));
  if (!a || !b) throw new Error('not read');
  linkSync(host.path('queue/failed/a.yml'), host.path('queue/pending/a.yml'));
  expect(await moveBack(host.path('queue'), a)).toEqual({ kind: 'moved', name: 'a.yml', isRenamed: false });
  expect(existsSync(host.path('queue/failed/a.yml'))).toBe(false);
  expect(host.read('queue/pending/a.yml')).toBe(item('a'));
  writeFileSync(host.path('queue/failed/new'), item('other'));
  putInPlace(host.path('queue/failed/new'), host.path('queue/failed/b.yml'));
  expect(await moveBack(host.path('queue'), b)).toEqual({ kind: 'gone' });
  expect(host.read('queue/failed/b.yml')).toBe(item('other'));
});

// Guards against files that move while what works on them still runs.
it('brings back what a killed run had set aside once all is stopped, not before', async () => {
  const aside = `failed/${asideFolder}`;
  const shop = {
    clean: { queue: 'queue' },
    stop: { command: ['sh', '-c', 'ls -A queue/failed > seen'] },
    start: { command: ['true'] },
  };
  const host = toolHost({ components: { shop } });
  fill(host, {});
  mkdirSync(host.path('queue', aside), { recursive: true });
  writeFileSync(host.path('queue', aside, 'a.yml'), item('a'));
  const { outcome } = await host.run('clean');
  expect(outcome).toMatchObject({ ok: true, reason: expect.stringContaining('1 item moved back') });
  expect(host.read('seen')).toBe(`${asideFolder}\n`);
});

it('keeps items whose gate is shut, and sends one ahead where a gate lets one through', () => {
  const holder = (scope: string, mode: GateHolder['mode']): GateHolder =>
    ({
      schema: 1,
      scope,
      id: `cause#${scope}`,
      mode,
      reason: `${scope} is out`,
      opens: 'later',
      by: 'system:gate',
      at: '2026-01-01T00:00:00.000Z',
      rev: '1',
    }) as unknown as GateHolder;
  const file = (id: string, component?: string) => ({
    folder: 'failed' as const,
    name: `${id}.yml`,
    inode: id,
    hash: id,
    id,
    ...(component && { component }),
  });
  const judged = holdShut([file('1', 'api'), file('2', 'web'), file('3'), file('4')], {
    gates: { holders: [holder('api', 'stop'), holder('shop', 'canary')] },
    component: 'shop',
    now: new Date(),
  });
  expect(judged.map(({ stays }) => stays)).toEqual([
    'its gate is shut: api is out',
    undefined,
    undefined,
    'its gate lets one at a time through: shop is out',
  ]);
  expect(holdShut([file('5')], { gates: 'unknown', component: 'shop', now: new Date() })[0]?.stays).toBe(
    'the gates cannot be read',
  );
});

describe('temporary paths', () => {
  it('removes what matches inside its root, and follows no link out of it', async () => {
    const host = toolHost(
      cleanOf({
        temp: [
          { root: 'work/cache', pattern: '**/*.tmp' },
          { root: 'work', pattern: 'job-*' },
        ],
      }),
    );
    fill(host, {});
    for (const folder of ['work/cache/deep', 'work/job-1/inner', 'outside', 'work/job-git/.git', 'work/jobs']) {
      mkdirSync(host.path(folder), { recursive: true });
    }
    for (const file of [
      'work/cache/a.tmp',
      'work/cache/deep/b.tmp',
      'work/cache/keep.txt',
      'work/job-1/inner/x',
      'outside/precious.tmp',
      'work/job-git/.git/HEAD',
    ]) {
      writeFileSync(host.path(file), 'x');
    }
    symlinkSync(host.path('outside'), host.path('work/cache/link'));
    symlinkSync(host.path('outside/precious.tmp'), host.path('work/cache/link.tmp'));
    symlinkSync(host.path('outside'), host.path('work/job-1/inner/out'));
    const { outcome, preview } = await host.run('clean');
    expect(outcome).toMatchObject({ ok: true, reason: expect.stringContaining('7 temporary paths removed') });
    expect(preview.items).toContainEqual({ what: `${host.path('work/job-git')}: git works there`, change: 'keep' });
    expect(readdirSync(host.path('work')).sort()).toEqual(['cache', 'job-git', 'jobs']);
    expect(readdirSync(host.path('work/cache')).sort()).toEqual(['deep', 'keep.txt', 'link']);
    expect(host.read('outside/precious.tmp')).toBe('x');
  });

  // Guards against a folder that went with what nobody had been shown.
  it('removes of a folder only what was shown, and nothing of a repository on the way', async () => {
    const host = toolHost(cleanOf({ temp: [{ root: 'work', pattern: '**/*.tmp' }] }));
    fill(host, {});
    for (const folder of ['work/g.tmp', 'work/vendor/lib/.git']) mkdirSync(host.path(folder), { recursive: true });
    writeFileSync(host.path('work/g.tmp/one'), 'x');
    writeFileSync(host.path('work/vendor/lib/seed.tmp'), 'x');
    const { run } = await host.plan('clean');
    run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
    writeFileSync(host.path('work/g.tmp/late'), 'precious');
    await carryOutOn(host.configFile, host.journal, run);
    expect(readdirSync(host.path('work/g.tmp'))).toEqual(['late']);
    expect(host.read('work/vendor/lib/seed.tmp')).toBe('x');
  });

  it('looks again right before it removes: a folder that became a link stays, and what came later, too', async () => {
    const host = toolHost(cleanOf({ temp: [{ root: 'work', pattern: 'cache/*.tmp' }] }));
    fill(host, {});
    mkdirSync(host.path('work/cache'), { recursive: true });
    mkdirSync(host.path('outside'));
    writeFileSync(host.path('work/cache/a.tmp'), 'x');
    writeFileSync(host.path('outside/a.tmp'), 'precious');
    const { run } = await host.plan('clean');
    run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
    rmSync(host.path('work/cache'), { recursive: true });
    symlinkSync(host.path('outside'), host.path('work/cache'));
    const { outcome } = await carryOutOn(host.configFile, host.journal, run);
    expect(outcome).toMatchObject({ ok: true, reason: expect.stringContaining('0 temporary paths removed') });
    expect(host.read('outside/a.tmp')).toBe('precious');
  });

  // Guards against paths that were counted as removed although somebody else removed them.
  it('says what was gone before it came to it', async () => {
    const host = toolHost(cleanOf({ temp: [{ root: 'work', pattern: '*.tmp' }] }));
    fill(host, {});
    mkdirSync(host.path('work'));
    for (const name of ['a.tmp', 'b.tmp']) writeFileSync(host.path('work', name), name);
    const { run } = await host.plan('clean');
    run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
    rmSync(host.path('work/a.tmp'));
    const { outcome } = await carryOutOn(host.configFile, host.journal, run);
    expect(outcome).toMatchObject({
      ok: true,
      reason: expect.stringContaining('1 temporary path removed; 1 was gone already'),
      table: { rows: expect.arrayContaining([[host.path('work/a.tmp'), '', '', 'was gone already']]) },
    });
  });

  // Guards against a file system that was mounted below the root after the plan was shown.
  it.runIf(existsSync('/dev/shm') && lstatSync('/dev/shm').dev !== lstatSync('/dev').dev)(
    'removes nothing from another file system',
    async () => {
      const folder = mkdtempSync('/dev/shm/kintsugi-clean-');
      onTestFinished(() => rmSync(folder, { recursive: true }));
      writeFileSync(`${folder}/a.tmp`, 'x');
      expect(await removeTemp([{ root: '/dev', path: `${folder}/a.tmp` }], [])).toEqual({
        removed: 0,
        gone: [],
        stay: [{ path: `${folder}/a.tmp`, why: 'it is another file system' }],
      });
    },
  );

  it('leaves alone what git keeps', async () => {
    const host = toolHost({
      workTrees: { shop: { path: 'tree', component: 'shop', check: { command: ['true'] } } },
      ...cleanOf({ temp: [{ root: 'tree', pattern: '*.tmp' }] }),
    });
    fill(host, {});
    mkdirSync(host.path('tree'));
    for (const name of ['kept.tmp', 'free.tmp']) writeFileSync(host.path('tree', name), name);
    await git(host.path('tree'), 'init', '-q');
    await git(host.path('tree'), 'add', 'kept.tmp');
    writeFileSync(host.path('tree', 'late.tmp'), 'late');
    const { run } = await host.plan('clean');
    run.write({ kind: 'reached', at: new Date().toISOString(), milestone: 'go' });
    // Guards against the removal of what was taken into git after the plan.
    await git(host.path('tree'), 'add', 'late.tmp');
    await carryOutOn(host.configFile, host.journal, run);
    expect(readdirSync(host.path('tree')).sort()).toEqual(['.git', 'kept.tmp', 'late.tmp']);
  });

  it('never touches queues, mirrors, repositories, or what the runner itself needs', async () => {
    const host = toolHost({});
    vi.stubEnv('KINTSUGI_SPOOL', host.path('spool'));
    onTestFinished(() => void vi.unstubAllEnvs());
    const kept = ['runner.key', 'journal/x', 'spool/x', 'queue/failed/x', 'web-queue/x', 'mirror/x'];
    const git = ['bare/HEAD', 'bare/objects/x', 'bare/refs/x', 'other/.git/HEAD'];
    for (const file of [...kept, ...git, 'free/x']) {
      mkdirSync(dirname(host.path(file)), { recursive: true });
      writeFileSync(host.path(file), 'x');
    }
    host.configure({
      table: 'none',
      components: {
        shop: { clean: { queue: 'queue', temp: [{ root: '.', pattern: '**' }] } },
        web: { clean: { queue: 'web-queue' } },
        api: { mirror: { folder: 'mirror' } },
      },
    });
    expect((await host.run('clean')).outcome).toMatchObject({ ok: true });
    expect([...kept, ...git, 'runner.yml'].filter((file) => !existsSync(host.path(file)))).toEqual([]);
    expect(existsSync(host.path('free'))).toBe(false);
  });

  it.each([
    [{ root: 'work', pattern: '../**' }, /stay inside its root/],
    [{ root: 'work', pattern: '{a,..}/x' }, /stay inside its root/],
    [{ root: 'work', pattern: '.[.]/*' }, /may mean \.\./],
    [{ root: 'work', pattern: 'a/{.,x}./*' }, /may mean \.\./],
    [{ root: 'work', pattern: 'a{b/.,c}./*' }, /no \/ inside/],
    [{ root: 'work', pattern: '/etc/*' }, /no leading \//],
    [{ root: 'work', pattern: '.' }, /never the root itself/],
    [{ root: '/', pattern: 'tmp/*' }, /holds the home folder/],
    [{ root: 'root-link', pattern: '*' }, /holds the home folder/],
    [{ root: 'journal', pattern: '*' }, /runner's own/],
    [{ root: 'queue/pending', pattern: '*' }, /inside the queue of shop/],
    [{ root: '.git/refs', pattern: '*' }, /git's own/],
    [{ root: '/usr/share', pattern: '*.tmp' }, /the system's own/],
    [{ root: '/srv', pattern: '*.tmp' }, /shared by all/],
  ])('refuses %j at the start, with its line', (rule, expected) => {
    const host = toolHost({});
    symlinkSync('/', host.path('root-link'));
    host.configure(cleanOf({ temp: [rule] }));
    expect(() => readRunnerConfig(host.configFile)).toThrow(expected);
    expect(() => readRunnerConfig(host.configFile)).toThrow(
      /runner\.yml:\d+: components\.shop\.clean\.temp\.0\.(root|pattern): /,
    );
  });
});

it.each([
  [
    'a mirror in the queue of another',
    { a: { clean: { queue: 'q' } }, b: { mirror: { folder: 'q' } } },
    'as that of a',
  ],
  [
    'a mirror in the queue of another, beside a queue of its own',
    { a: { clean: { queue: 'q' } }, b: { clean: { queue: 'own' }, mirror: { folder: 'q' } } },
    'components.b.mirror.folder: is the same folder as that of a',
  ],
  [
    'a queue inside a mirror',
    { a: { mirror: { folder: 'q' } }, b: { clean: { queue: 'q/x' } } },
    'one inside the other',
  ],
])('refuses %s at the start', (_what, components, expected) => {
  const host = toolHost({ table: 'none', components });
  expect(() => readRunnerConfig(host.configFile)).toThrow(expected);
});

async function git(cwd: string, ...args: string[]): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    execFile('git', ['-C', cwd, ...args], (error) => (error ? reject(error) : resolve())),
  );
}
function putInPlace(from: string, to: string): void {
  rmSync(to);
  linkSync(from, to);
  rmSync(from);
}
