import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateKeys } from '../../lib/adapters/signing/ed25519.ts';
import { leftFolders } from '../../runner/actions/left-folders.ts';
import { planRun } from '../../runner/actions/plan-rollback-run.ts';
import { planUndoRun } from '../../runner/actions/plan-undo-run.ts';
import { takeCheckpoint } from '../../runner/actions/saved-states.ts';
import { RunnerConfig } from '../../runner/config.ts';
import { applyRollback } from '../../runner/git/restore.ts';
import { startTree } from './git/check-rollback.ts';
import { manifest, type WorkTree } from './git/work-tree.ts';

const away = '/nowhere/kintsugi';

function configOf(tree: WorkTree, components: Record<string, unknown>, own = away): RunnerConfig {
  const url = 'http://127.0.0.1:1/q';
  return RunnerConfig.parse({
    name: 'demo',
    queues: { commands: url, results: url, failures: url },
    keys: { file: join(own, 'key'), recovery: generateKeys().publicKey },
    journal: join(own, 'journal'),
    workTrees: { shop: { path: tree.root, component: 'shop', check: { command: ['true'] } } },
    components,
  });
}

const pathsIn = (tree: WorkTree, components: Record<string, unknown>, own?: string) =>
  leftFolders(configOf(tree, components, own), tree.root, { KINTSUGI_SPOOL: join(away, 'spool') }).map(
    ({ path }) => path,
  );

describe('what lies in a work tree and does not go back in time', () => {
  it('is each component’s folder of work items, wherever the links to it lead', () => {
    const tree = startTree();
    tree.write('data/queue/pending/1.yaml', 'title: one\n');
    tree.link('items', 'data/queue');
    const components = {
      shop: { clean: { queue: join(tree.root, 'items') } },
      cart: { mirror: { folder: join(tree.root, 'cart/queue') } },
      elsewhere: { clean: { queue: '/srv/other/queue' } },
    };
    expect(pathsIn(tree, components).sort()).toEqual(['cart/queue', 'data/queue', 'items']);
  });

  it('is the runner’s own, too; and where the tree is the queue, the folders of its items', () => {
    const tree = startTree();
    expect(pathsIn(tree, {}, join(tree.root, 'ops'))).toEqual(['ops/journal', 'ops/key']);
    expect(pathsIn(tree, { shop: { clean: { queue: tree.root } } })).toContain('in-progress');
  });

  it('stays through a rollback and its undo, tracked or not, and the preview says so', async () => {
    const tree = startTree();
    tree.write('queue/pending/1.yaml', 'title: one\n');
    tree.commit();
    await takeCheckpoint(tree.root, 'shop', { name: 'good', at: new Date() });
    tree.write('a.txt', 'broken\n');
    tree.remove('queue/pending/1.yaml');
    tree.write('queue/done/1.yaml', 'title: one\n');
    const items = () => Object.entries(manifest(tree.root)).filter(([path]) => path.startsWith('queue'));
    const before = items();
    const leave = leftFolders(configOf(tree, { shop: { clean: { queue: join(tree.root, 'queue') } } }), tree.root);

    const planned = await planRun(tree.root, 'shop', { leave });
    if (planned.kind !== 'planned') throw new Error(planned.reason);
    expect(planned.preview.summary).toBe(
      'Back to checkpoint good: 1 path. Left as they are now: 2 files of the work queue',
    );
    expect(planned.plan.leftAlone).toContainEqual({ path: 'queue/done/1.yaml', because: 'work-queue' });
    await applyRollback(planned.plan, { name: 'R-1', at: new Date() });
    expect(items()).toEqual(before);

    // A run of before the folder was known as one: its undo leaves the items as well.
    const unaware = await planRun(tree.root, 'shop');
    if (unaware.kind !== 'planned') throw new Error(unaware.reason);
    await applyRollback(unaware.plan, { name: 'R-2', at: new Date() });
    expect(await planUndoRun(tree.root, 'R-2', leave)).toMatchObject({
      code: 'nothing_to_undo',
      reason: 'What run R-2 changed does not go back in time. Left as they are now: 2 files of the work queue.',
    });
    expect(await planUndoRun(tree.root, 'R-2')).toMatchObject({ kind: 'planned', preview: { total: 2 } });
  });
});
