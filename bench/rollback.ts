/**
 * How long a rollback takes beside git's own time, in a work tree of 50,000 files with 500 changed ones; and how long it takes to
 * save 1 GB of untracked files. Both sides are measured in turn, on the same trees: `npm run bench:rollback`, or one part of it: `-- --only rollback`.
 *
 * Counted of a rollback: the plan, saving everything, restoring, and comparing at the end; not the command's journal and reports,
 * nor the start of a process, since a runner is at work already and, as here, has read the checkpoint once.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCheckpoint } from '../runner/git/checkpoints.ts';
import { planRollback } from '../runner/git/plan-rollback.ts';
import { applyRollback } from '../runner/git/restore.ts';
import { saveEverything } from '../runner/git/snapshot.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '50000' },
    changed: { type: 'string', default: '500' },
    megabytes: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '3' },
    /** `rollback` or `save`: that part alone. */
    only: { type: 'string' },
  },
});
if (values.only !== undefined && !['rollback', 'save'].includes(values.only)) {
  throw new Error(`--only: must be rollback or save, not ${values.only}`);
}
const [files, changed, megabytes, rounds] = [values.files, values.changed, values.megabytes, values.rounds].map(
  Number,
) as [number, number, number, number];

const home = realpathSync(mkdtempSync(join(tmpdir(), 'kintsugi-bench-')));
const git = (cwd: string, args: string[], env: Record<string, string> = {}) =>
  execFileSync('git', ['-c', 'gc.auto=0', ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });

async function seconds(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
const shown = (times: number[]) => times.map((time) => time.toFixed(2)).join(' ');

function makeRepository(name: string): string {
  const root = join(home, name);
  mkdirSync(root);
  git(root, ['init', '-q', '-b', 'main']);
  git(root, ['config', 'user.name', 'Bench']);
  git(root, ['config', 'user.email', 'bench@localhost']);
  return root;
}

/** Both sides begin where nothing of the changed files is in the repository yet: each round changes them anew. */
async function benchRollback(): Promise<void> {
  const root = makeRepository('tree');
  const pathOf = (n: number) => join(root, `d${n % 100}`, `e${Math.floor(n / 100) % 10}`, `f${n}.txt`);
  for (let n = 0; n < 1000; n++)
    mkdirSync(join(root, `d${n % 100}`, `e${Math.floor(n / 100) % 10}`), { recursive: true });
  for (let n = 0; n < files; n++) writeFileSync(pathOf(n), `file ${n}\n${'x'.repeat(n % 4000)}\n`);
  git(root, ['add', '--all']);
  git(root, ['commit', '-qm', 'all']);
  git(root, ['repack', '-adq']);
  const change = (round: string) => {
    for (let n = 0; n < changed; n++) writeFileSync(pathOf(n * Math.floor(files / changed)), `changed ${n} ${round}\n`);
  };
  const paths = Array.from({ length: changed }, (_, n) =>
    pathOf(n * Math.floor(files / changed)).slice(root.length + 1),
  );
  const list = join(home, 'paths');
  writeFileSync(list, paths.join('\n'));
  const checkpoint = await createCheckpoint(root, { component: 'bench', at: new Date() });
  const [theirs, ours]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    change(`git ${round}`);
    theirs.push(
      await seconds(() => {
        git(root, ['add', '--all'], { GIT_INDEX_FILE: join(home, `index-${round}`) });
        git(root, ['restore', `--pathspec-from-file=${list}`]);
      }),
    );
    change(`kintsugi ${round}`);
    const parts: string[] = [];
    ours.push(
      await seconds(async () => {
        const begun = performance.now();
        const plan = await planRollback(root, { checkpoint });
        parts.push(`plan ${((performance.now() - begun) / 1000).toFixed(2)}`);
        if (plan.changes.length !== changed) throw new Error(`${plan.changes.length} changes`);
        await applyRollback(plan, {
          name: `round-${round}`,
          at: new Date(),
          onStep: ({ step }) => {
            if (step !== 'path') parts.push(`${step} ${((performance.now() - begun) / 1000).toFixed(2)}`);
          },
        });
      }),
    );
    console.log(`  round ${round + 1}: ${parts.join(', ')}`);
  }
  report(`rollback of ${changed} of ${files} files (plan, save, restore)`, 'git add -A + git restore', theirs, ours);
}

async function benchSave(): Promise<void> {
  const [theirs, ours]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const [side, times] of [
      ['git', theirs],
      ['kintsugi', ours],
    ] as const) {
      // A repository for each: what one has stored, the other need not.
      const root = makeRepository(`save-${side}-${round}`);
      for (let n = 0; n < megabytes / 4; n++) writeFileSync(join(root, `f${n}`), randomBytes(4 * 1024 * 1024));
      if (side === 'git') {
        times.push(await seconds(() => git(root, ['add', '--all'], { GIT_INDEX_FILE: join(home, `index-${round}`) })));
      } else {
        times.push(await seconds(() => saveEverything(root, { name: 'all', reason: 'bench', at: new Date() })));
      }
      rmSync(root, { recursive: true, force: true });
      rmSync(join(home, `index-${round}`), { force: true });
    }
  }
  report(`save of ${megabytes} MB untracked`, 'git add -A', theirs, ours);
}

function report(what: string, other: string, theirs: number[], ours: number[]): void {
  const ratio = median(ours) / median(theirs);
  console.log(`${what}, warm cache, medians of ${rounds} rounds in turn:`);
  console.log(`  ${other}: ${median(theirs).toFixed(2)} s (${shown(theirs)})`);
  console.log(`  kintsugi: ${median(ours).toFixed(2)} s (${shown(ours)})`);
  console.log(`  ratio ${ratio.toFixed(2)} (at most 2 wanted)`);
  if (!(ratio <= 2)) process.exitCode = 1;
}

try {
  if (values.only !== 'save') await benchRollback();
  if (values.only !== 'rollback') await benchSave();
} finally {
  rmSync(home, { recursive: true, force: true });
}
