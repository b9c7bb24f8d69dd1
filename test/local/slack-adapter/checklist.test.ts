import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTicked } from '../../../lib/checklist/checklist.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { openGate } from '../../../lib/gate/open-gate.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { startWorld, policy as usual, type World } from './world.ts';

const own = { before: [{ text: 'The export is paused', required: true }, `Everybody ${'really '.repeat(20)}knows`] };
/** As much as kintsugi.yml may say, in signs that become longer when they are escaped. */
const texts = (phase: string) => Array.from({ length: 12 }, (_, n) => `${phase}${n} ${'& '.repeat(140)}`.slice(0, 299));
const full = {
  before: texts('b').map((text, n) => ({ text, required: n === 0 })),
  during: texts('d'),
  after: texts('a'),
};
const policy = Policy.parse({
  ...usual,
  components: {
    ...usual.components,
    shop: { ...usual.components.shop, checklist: own },
    guarded: { channel: '#shop', checklist: own },
    crowded: { channel: '#shop', checklist: full },
  },
});

let world: World;
beforeAll(async () => {
  world = await startWorld({ policy });
});
afterAll(() => world.close());

const act = (name: string) => world.slack.act(name);
const ask = async (text: string, name = 'ada') => {
  await act(name).command('shop', `/failure checklist ${text}`);
  return shown(name);
};
/** One that would shut a gate is started by a press. */
const start = async (text: string, name = 'ada') => {
  await act(name).click(await ask(text, name), 'Start checklist');
  return shown(name);
};
/** What this person sees last, of the channel or for them alone. */
const shown = (name: string) => act(name).channel('shop').at(-1) ?? expect.fail('nothing is shown');
/** The checklist that they see last, whatever was said below it. */
const sheet = (name: string) =>
  act(name)
    .channel('shop')
    .findLast((one) => boxesIn(one).length > 0) ?? expect.fail('no checklist is shown');
const words = (message: unknown) => JSON.stringify(message);
type Shown = ReturnType<typeof shown>;
const boxesIn = ({ blocks = [] }: Shown) =>
  (blocks as { block_id?: string; elements?: { type: string; options?: { text: { text: string } }[] }[] }[]).filter(
    ({ elements }) => elements?.[0]?.type === 'checkboxes',
  );
const labels = (message: Shown) =>
  boxesIn(message).flatMap(({ elements }) => elements?.[0]?.options?.map(({ text }) => text.text) ?? []);
/** All that are ticked then, as Slack sends them: by their words. */
const tick = async (name: string, message: Shown, ticked: number[]) => {
  const [before] = boxesIn(message);
  const options = before?.elements?.[0]?.options ?? [];
  const chosen = ticked.map((place) => options[place]?.text.text ?? '');
  await act(name).choose(message, before?.block_id ?? '', chosen);
};
const newest = async (component = 'shop') =>
  (await world.checklists.newest(component)) ?? expect.fail(`no checklist of ${component}`);
const isShut = async (scope: string) => (await world.gates.held()).holders.some((one) => one.scope === scope);
const idOf = (name: string) => world.slack.users[name]?.id ?? '';

describe('/failure checklist', () => {
  it('builds before, during and after, shuts the gate for what is required, and says in full what is too long', async () => {
    const look = await ask('shop');
    expect(words(look)).toContain('shuts the gate of Shop until its ❗ is ticked');
    expect(words(look)).toContain('6. ❗ The export is paused');
    expect(await world.checklists.newest('shop')).toBeUndefined();
    expect(await isShut('shop')).toBe(false);
    await act('ada').click(look, 'Start checklist');
    const message = shown('ada');
    expect(words(message)).toContain('Checklist 1 of Shop');
    expect(labels(message)).toContain('6. ❗ The export is paused');
    expect(labels(message)).toHaveLength(17);
    expect(words(message)).toContain(own.before[1]);
    expect(words(message)).toContain('lets others tick along');
    expect(await isShut('shop')).toBe(true);
  });

  it('several tick at once, each what they pressed, and it says who', async () => {
    const [first, second] = [await ask('shop', 'ada'), await ask('shop', 'grace')];
    await Promise.all([tick('ada', first, [0]), tick('grace', second, [1, 5])]);
    const checklist = await newest();
    expect([0, 1, 5].map((place) => checklist.ticks[String(place)]?.by)).toEqual(['ada', 'grace', 'grace'].map(idOf));
    expect(await isShut('shop')).toBe(false);
    const now = await ask('shop', 'linus');
    expect(words(now)).toContain('3 of 17 ticked');
    expect(words(now)).toContain('✓ 2, 6 by grace');
    // Its own message says what both pressed.
    expect(words(shown('ada'))).toContain('3 of 17 ticked');
    await tick('ada', shown('ada'), [0, 1, 2, 5]);
    expect(Object.keys((await newest()).ticks)).toEqual(['0', '1', '2', '5']);
    await tick('ada', shown('ada'), [0, 1, 2]);
    expect(isTicked(await newest(), 5)).toBe(false);
    expect(await isShut('shop')).toBe(true);
  });

  it('in the channel all see it, by name, and all tick on it', async () => {
    const message = await ask('shop --public', 'grace');
    expect(words(act('linus').channel('shop').at(-1))).toContain('Checklist 1 of Shop');
    expect(words(message)).not.toContain(`<@${idOf('ada')}>`);
    expect(words(message)).not.toContain('Only you see this');
    await tick('linus', shown('linus'), [0, 1, 2, 5]);
    const said = act('grace').channel('shop').at(-1);
    expect(said?.ts).toBe(message.ts);
    expect(words(said)).toContain('4 of 17 ticked');
    expect((await newest()).ticks['5']?.by).toBe(idOf('linus'));
  });

  it('is closed and begun anew', async () => {
    await ask('shop');
    await act('ada').click(shown('ada'), 'Start anew');
    expect(words(shown('ada'))).toContain('Checklist 2 of Shop');
    expect(words(shown('ada'))).toContain('lets others tick along');
    const stale = shown('ada');
    const late = await ask('shop', 'grace');
    await act('ada').click(stale, 'Close');
    expect(words(shown('ada'))).toContain('Closed by');
    expect(await isShut('shop')).toBe(false);
    await tick('grace', late, [0]);
    // Said by itself, where people look, and the checklist is drawn as it is.
    expect(shown('grace').text).toBe('It was closed before: nothing was changed.');
    expect(words(sheet('grace'))).toContain('Closed by');
    expect((await newest()).ticks).toEqual({});
  });

  it('can be shown however much it says, and in the order in which it was written', async () => {
    await start('crowded');
    for (const wish of ['crowded', 'crowded --public']) {
      const message = await ask(wish);
      expect(words(message)).toContain('Checklist 1 of crowded');
      expect(labels(message)).toHaveLength(51);
      expect(words(message)).toContain('more in full: `kintsugi checklist crowded`');
      await tick('ada', message, [0]);
      expect(words(shown('ada'))).toContain('1 of 51 ticked');
    }
    const component = 'reversed';
    const failureId = 'F-7K3Q9D' as FailureId;
    const lesson = { schema: 1 as const, component, key: failureId, failureId, at: '2026-11-01T00:00:00.000Z' };
    await world.checklists.keepLesson({ ...lesson, texts: ['\u202Eevil\u202C'] });
    expect(labels(await ask(component))).toContain('6. 💡 evil');
  });

  it('however many press at once on one message, it ends with what all of them pressed', async () => {
    const failureId = await world.signal({});
    for (let round = 0; round < 3; round++) {
      const component = `crew${round}`;
      await world.checklists.keepLesson({
        schema: 1,
        component,
        key: failureId,
        failureId,
        at: '2026-11-01T00:00:00.000Z',
        texts: ['Warm the cache'],
      });
      const message = await ask(`${component} --public`, 'grace');
      const [before, during, after] = boxesIn(message);
      const all = [before, during, after].flatMap((block) =>
        (block?.elements?.[0]?.options ?? []).map(({ text }) => ({ id: block?.block_id ?? '', text: text.text })),
      );
      const names = ['ada', 'grace', 'linus'];
      await Promise.all(all.map(({ id, text }, n) => act(names[n % 3] ?? 'ada').choose(message, id, [text])));
      expect(Object.keys((await newest(component)).ticks)).toHaveLength(all.length);
      expect(words(shown('linus'))).toContain(`${all.length} of ${all.length} ticked`);
    }
  });

  it('says to nobody in the channel what a failure of a private channel taught', async () => {
    await act('grace').command('security', '/invite @kintsugi');
    const failureId = await world.signal({ component: 'vault', severity: 3 });
    await world.notify(failureId);
    const lesson = { schema: 1 as const, key: failureId, failureId, at: '2026-11-01T00:00:00.000Z' };
    await world.checklists.keepLesson({ ...lesson, component: 'hush', texts: ['The vault opens with 1234'] });
    expect(words(await ask('hush --public', 'grace'))).toContain('Only you see this');
    expect(words(act('linus').channel('shop'))).not.toContain('1234');
    // One that came onto a message of the channel later, by Start anew.
    await world.checklists.keepLesson({ ...lesson, component: 'open', key: 'cause#x', texts: [] });
    const message = await ask('open --public', 'grace');
    expect(words(message)).toContain('Checklist 1 of open');
    await world.checklists.keepLesson({ ...lesson, component: 'open', texts: ['The vault opens with 1234'] });
    await act('grace').click(message, 'Start anew');
    expect(words(act('linus').channel('shop').at(-1))).toContain('Checklist 2 of open');
    expect(words(act('linus').channel('shop'))).toContain('Learned from a failure in a private channel');
    expect(words(act('linus').channel('shop'))).not.toContain('1234');
  });

  it('says of a gate that was opened by hand that it is open', async () => {
    await start('shop', 'grace');
    expect(words(sheet('grace'))).toContain('is shut until every ❗');
    await openGate(world, { scope: 'shop', by: idOf('linus') });
    const now = await ask('shop', 'grace');
    expect(words(now)).toContain('was opened by hand');
    expect(words(now)).not.toContain('🚧');
  });

  it('a name that is mistyped gets none', async () => {
    expect(words(await ask('sohp'))).toContain('Did you mean *shop*?');
    expect(await world.checklists.newest('sohp')).toBeUndefined();
    expect(words(await ask(''))).toContain('Which component?');
  });
});

describe('who may', () => {
  it('start one, and tick what holds the gate; the rest is for everybody', async () => {
    const { mayStart } = policy.recovery;
    policy.recovery.mayStart = ['@shop-team'];
    try {
      expect(words(await start('guarded', 'ada'))).toMatch(/Only `@shop-team`/);
      expect(await world.checklists.newest('guarded')).toBeUndefined();
      expect(words(await start('guarded', 'linus'))).toContain('Checklist 1 of guarded');
      const message = await ask('guarded', 'ada');
      await tick('ada', message, [5]);
      expect(words(shown('ada'))).toContain('An ❗ opens or shuts the gate');
      expect(await isShut('guarded')).toBe(true);
      await tick('ada', sheet('ada'), [0]);
      expect(Object.keys((await newest('guarded')).ticks)).toEqual(['0']);
      await act('ada').click(sheet('ada'), 'Close');
      expect((await newest('guarded')).closed).toBeUndefined();
      await tick('linus', await ask('guarded', 'linus'), [0, 5]);
      expect(await isShut('guarded')).toBe(false);
    } finally {
      policy.recovery.mayStart = mayStart;
    }
  });
});
