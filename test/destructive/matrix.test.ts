import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest } from '../runner/git/work-tree.ts';
import { bundled } from './bundled.ts';
import { missingBytes, recover } from './scene.ts';
import { checkEnd, copyStage, makeHome, recoveryNames, removeHome, type Stage, setStage } from './stage.ts';
import { type State, states } from './states.ts';

/** All of it takes minutes; without this a sample of it runs. */
const isWhole = process.env.KINTSUGI_DESTRUCTIVE === 'whole';
const sampled = ['staged work of others', 'the middle of a rebase', 'a work queue inside', 'a repository inside'];

let child: Awaited<ReturnType<typeof bundled>>;
beforeAll(async () => {
  child = await bundled(join(import.meta.dirname, 'recover-child.ts'));
});
afterAll(() => child.remove());

async function onStage<T>(
  name: (typeof recoveryNames)[number],
  state: State,
  scene: (stage: Stage) => Promise<T>,
): Promise<T> {
  const home = makeHome();
  try {
    return await scene(await setStage(child.script, name, state, join(home, 'first')));
  } finally {
    removeHome(home);
  }
}

describe.concurrent.each(recoveryNames)('a %s', (name) => {
  const chosen = Object.entries(states).filter(([title]) => isWhole || sampled.includes(title));

  it.each(chosen)(
    'in %s: every byte is in its place or under a ref that is named',
    (_title, state) =>
      onStage(name, state, async (stage) => {
        const told = await recover(child.script, stage.scene, stage.home);
        if (!told) throw new Error('it was killed');
        checkEnd(stage, told, state);
      }),
    120_000,
  );

  it(
    'killed after every step, and started again, ends as if it had not been',
    () =>
      onStage(name, {}, async (stage) => {
        const whole = copyStage(stage, `${stage.home}-whole`);
        const undisturbed = await recover(child.script, whole.scene, whole.home);
        if (!undisturbed) throw new Error('it was killed');
        checkEnd(whole, undisturbed, {});
        const stride = isWhole ? 1 : Math.ceil(undisturbed.steps / 3);
        const all = Array.from({ length: undisturbed.steps }, (_, index) => index + 1);
        for (const dieAt of all.filter((step) => step % stride === 0)) {
          const again = copyStage(stage, `${stage.home}-${dieAt}`);
          if (await recover(child.script, again.scene, again.home, dieAt)) continue;
          // Even before it is started again: what it had saved by then is reachable, all else is in its place.
          const refs = again.tree.git('for-each-ref', '--format=%(refname)', 'refs/kintsugi').split('\n');
          expect([dieAt, missingBytes(again.tree, again.before, manifest(again.tree.root), refs)]).toEqual([dieAt, []]);
          const told = await recover(child.script, again.scene, again.home);
          if (!told) throw new Error('it was killed');
          checkEnd(again, told, {});
          expect([dieAt, told.reason]).toEqual([dieAt, undisturbed.reason]);
          removeHome(again.home);
        }
      }),
    600_000,
  );

  it(
    'pressed twice at once is done one after the other, and nothing is lost',
    () =>
      onStage(name, {}, async (stage) => {
        const other = { ...stage.scene, runId: 'R-0000000009' };
        const ends = await Promise.all([stage.scene, other].map((scene) => recover(child.script, scene, stage.home)));
        const refs = ends.flatMap((told) => told?.refs ?? []);
        const after = manifest(stage.tree.root);
        expect(missingBytes(stage.tree, stage.before, after, refs)).toEqual([]);
        expect(ends.filter((told) => told?.ok === (name !== 'rollback whose check fails')).length).toBeGreaterThan(0);
        const last = ends[0];
        if (!last) throw new Error('it was killed');
        checkEnd(stage, { ...last, refs }, {});
      }),
    120_000,
  );
});
