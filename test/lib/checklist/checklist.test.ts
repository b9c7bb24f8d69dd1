import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../../../lib/adapters/ids.ts';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { buildBoxes } from '../../../lib/checklist/build-boxes.ts';
import { type Checklist, heldBy, type Lesson } from '../../../lib/checklist/checklist.ts';
import type { ChecklistPorts } from '../../../lib/checklist/checklist-ports.ts';
import { ComponentChecklist } from '../../../lib/checklist/component-checklist.ts';
import { followChecklists } from '../../../lib/checklist/keep-checklist-gate.ts';
import { keepLessons, linesOf } from '../../../lib/checklist/keep-lessons.ts';
import { closeChecklist, openChecklist, tickBoxes } from '../../../lib/checklist/use-checklist.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { openGate } from '../../../lib/gate/open-gate.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { reportedText } from '../../../lib/report/report-text.ts';
import { newFailureId, openFailure } from '../../contracts/stores/samples.ts';
import '../../repeatable.ts';

const own = {
  before: [{ text: 'current tests pass.', required: true }, 'The export is paused'],
  after: ['Prices shown'],
};
const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures' },
  components: { shop: { checklist: own }, mail: {} },
});
const component = 'shop';
const by = 'U0ADA';
const lesson: Lesson = {
  schema: 1,
  component,
  key: 'F-7K3Q9D',
  texts: ['Warm the cache first'],
  failureId: 'F-7K3Q9D' as FailureId,
  at: '2026-11-01T00:00:00.000Z',
};

function desk() {
  const stores = memoryStores();
  const clock = { now: Date.parse('2026-11-23T03:00:00.000Z') };
  const ports: ChecklistPorts & typeof stores = {
    ...stores,
    policy,
    ids: randomIds(),
    now: () => new Date(clock.now++),
    log: () => undefined,
  };
  const holders = async () => (await stores.gates.held()).holders;
  const newest = async (): Promise<Checklist> => (await stores.checklists.newest(component)) ?? expect.fail('none');
  return { ports, clock, holders, newest };
}

describe('what is on a checklist', () => {
  const texts = (phase: string, lessons: Lesson[] = []) =>
    buildBoxes(ComponentChecklist.parse(own), lessons)
      .filter((box) => box.phase === phase)
      .map(({ text }) => text);

  it('is what everybody looks at, what kintsugi.yml asks, and what failures taught', () => {
    expect(texts('before', [lesson])).toEqual([
      'Dependencies are running and healthy',
      'current tests pass.',
      'A checkpoint or backup is made',
      'The way back is written down',
      'What it can break is understood',
      'The export is paused',
      'Warm the cache first',
    ]);
    expect(texts('after')).toContain('Prices shown');
    expect(buildBoxes(undefined, [])).toHaveLength(15);
  });

  it('has the newest lessons, and none twice', () => {
    const lessons = Array.from({ length: 20 }, (_, n) => ({
      ...lesson,
      key: `cause#${n}`,
      texts: [`Lesson ${n}`, 'THE EXPORT  is paused.'],
      at: `2026-11-${String(n + 1).padStart(2, '0')}T00:00:00.000Z`,
    }));
    const before = texts('before', lessons);
    expect(before.filter((text) => /export/i.test(text))).toEqual(['The export is paused']);
    expect(before.slice(6)).toEqual(['Lesson 19', 'Lesson 18', 'Lesson 17', 'Lesson 16']);
  });

  it('leaves nothing out of what kintsugi.yml may ask, the last required one and lessons included', () => {
    const before = Array.from({ length: 12 }, (_, n) => ({ text: `Own ${n}`, required: n === 11 }));
    const lessons = Array.from({ length: 9 }, (_, n) => ({ ...lesson, key: `cause#${n}`, texts: [`Lesson ${n}`] }));
    const boxes = buildBoxes(ComponentChecklist.parse({ before }), lessons);
    expect(boxes.filter(({ required }) => required)).toHaveLength(1);
    expect(boxes.filter(({ learned }) => learned)).toHaveLength(8);
    expect(ComponentChecklist.safeParse({ before: [...before, 'One more'] }).success).toBe(false);
  });

  it('takes the lines of what was written, without the marks of a list', () => {
    expect(linesOf('- Warm the cache\n2) Test it\n\n* [ ] Ask first \n• 3 pods')).toEqual([
      'Warm the cache',
      'Test it',
      'Ask first',
      '3 pods',
    ]);
    expect(linesOf('1.5 GB are free\n--dry-run first\n1. Ask\n-Wall is set')).toEqual([
      '1.5 GB are free',
      '--dry-run first',
      'Ask',
      '-Wall is set',
    ]);
    for (const sign of ['é', '😀', 'a😀']) {
      const [line = ''] = linesOf(sign.repeat(5000));
      expect(line.length).toBeLessThanOrEqual(300);
      expect(line.length).toBeGreaterThan(297);
      expect(line.isWellFormed()).toBe(true);
    }
    expect(linesOf('x'.repeat(300))).toEqual(['x'.repeat(300)]);
  });

  it('refuses a box that says nothing', () => {
    for (const text of ['  ', '\u200b', ''])
      expect(ComponentChecklist.safeParse({ before: [text] }).success).toBe(false);
    expect(ComponentChecklist.safeParse({ before: ['🚚'] }).success).toBe(true);
  });

  it('lets only a box of before be required', () => {
    const parsed = ComponentChecklist.safeParse({ after: [{ text: 'Tried', required: true }] });
    expect(parsed.error?.issues[0]?.message).toContain('only under `before`');
  });
});

describe('what a failure taught', () => {
  const opened = openFailure({ component, title: 'x' });
  const failure = { ...opened, latestEntry: { ...opened.latestEntry, at: lesson.at } };

  it('is what people wrote under Prevention, until they take it back', async () => {
    const { ports } = desk();
    const write = async (version: number, prevention: string, at: string) => {
      const text = { ...reportedText(failure.report), prevention };
      await ports.reports.put({ schema: 1, failureId: failure.id, episode: 1, version, by, at, text });
      const report = { ...failure.report, written: version };
      await keepLessons(ports, { ...failure, report, latestEntry: { ...failure.latestEntry, at } });
    };
    await keepLessons(ports, failure);
    expect(await ports.checklists.lessons(component)).toEqual([]);
    await write(1, '- Warm the cache\n- Ask first', '2026-11-02T00:00:00.000Z');
    expect(await ports.checklists.lessons(component)).toMatchObject([
      { key: failure.id, failureId: failure.id, texts: ['Warm the cache', 'Ask first'] },
    ]);
    // It came again, and nobody has written of that yet.
    const again = { ...failure, episode: 2, latestEntry: { ...failure.latestEntry, at: '2026-11-02T12:00:00.000Z' } };
    await keepLessons(ports, again);
    expect(await ports.checklists.lessons(component)).toMatchObject([{ texts: ['Warm the cache', 'Ask first'] }]);
    await write(2, '', '2026-11-03T00:00:00.000Z');
    expect(await ports.checklists.lessons(component)).toMatchObject([{ texts: [] }]);
  });

  it('is what prevents its cause, once however often that came', async () => {
    const { ports } = desk();
    for (const id of [newFailureId(), newFailureId()]) {
      const report = { ...failure.report, whatHappened: 'You have hit your usage limit, resets 3am' };
      await keepLessons(ports, { ...failure, id, title: 'You have hit your usage limit, resets 3am', report });
    }
    expect(await ports.checklists.lessons(component)).toMatchObject([
      { key: 'cause#quota', cause: 'quota', texts: [expect.stringContaining('until it resets')] },
    ]);
  });
});

describe('a checklist', () => {
  let at: ReturnType<typeof desk>;
  beforeEach(() => {
    at = desk();
  });
  const open = (anew?: number) =>
    openChecklist(at.ports, { component, by, ...(anew !== undefined && { anew }) }).then((one) => one.checklist);
  const press = (on: number[], off: number[] = [], who = by) =>
    tickBoxes(at.ports, { component, number: 1, by: who, on, off });
  /** The required one. */
  const tests = 1;

  it('shuts the gate until its required boxes are ticked, and again when such a tick is taken away', async () => {
    const checklist = await open();
    expect(heldBy(checklist).map(({ text }) => text)).toEqual(['current tests pass.']);
    expect(await at.holders()).toMatchObject([
      { scope: component, id: 'checklist#1', mode: 'stop', reason: expect.stringContaining('current tests pass.') },
    ]);
    await press([0, tests]);
    expect(await at.holders()).toEqual([]);
    await press([], [tests]);
    expect(await at.holders()).toHaveLength(1);
    await closeChecklist(at.ports, { component, number: 1, by });
    expect(await at.holders()).toEqual([]);
    expect(await press([tests])).toMatchObject({ kind: 'closed' });
  });

  it('goes on for whoever asks next, and begins anew when it is done or closed', async () => {
    expect(await openChecklist(at.ports, { component, by })).toMatchObject({ kind: 'started' });
    expect(await openChecklist(at.ports, { component, by: 'U0BOB' })).toMatchObject({
      kind: 'goes-on',
      checklist: { number: 1, by },
    });
    await press(Array.from({ length: 30 }, (_, place) => place));
    expect(await open()).toMatchObject({ number: 2, ticks: {} });
    expect(await open(2)).toMatchObject({ number: 3 });
    expect(await at.ports.checklists.get(component, 2)).toMatchObject({ closed: { by } });
    expect((await at.holders()).map(({ id }) => id)).toEqual(['checklist#3']);
  });

  it('one that is begun anew leaves the gate shut all the time', async () => {
    await open();
    const { gates } = at.ports;
    const seen: number[] = [];
    const put: typeof gates.put = async (...given) => {
      const done = await gates.put(...given);
      seen.push((await at.holders()).length);
      return done;
    };
    const remove: typeof gates.remove = async (...given) => {
      const done = await gates.remove(...given);
      seen.push((await at.holders()).length);
      return done;
    };
    at.ports.gates = { ...gates, put, remove };
    expect(await open(1)).toMatchObject({ number: 2 });
    expect(seen.length).toBeGreaterThan(1);
    expect(Math.min(...seen)).toBeGreaterThan(0);
    expect((await at.holders()).map(({ id }) => id)).toEqual(['checklist#2']);
  });

  it('says on the gate what is left, as it is ticked', async () => {
    at.ports.policy = Policy.parse({
      ...policy,
      components: { shop: { checklist: { before: ['A', 'B'].map((text) => ({ text, required: true })) } } },
    });
    await open();
    await press([5]);
    expect(await at.holders()).toMatchObject([{ reason: 'Checklist 1: "B" not ticked yet' }]);
  });

  it.each(['before', 'after'])(
    'whoever dies right %s a required tick is taken away leaves no open gate',
    async (when) => {
      await open();
      await press([tests]);
      const { checklists } = at.ports;
      const dying: ChecklistPorts = {
        ...at.ports,
        checklists: {
          ...checklists,
          async put(...given) {
            if (when === 'after') await checklists.put(...given);
            throw new Error('died');
          },
        },
      };
      await expect(tickBoxes(dying, { component, number: 1, by, on: [], off: [tests] })).rejects.toThrow('died');
      expect(await at.holders()).toHaveLength(1);
      at.clock.now += 61_000;
      await followChecklists(at.ports);
      expect(await at.holders()).toHaveLength(when === 'after' ? 1 : 0);
    },
  );

  it('one that cannot be read keeps the sweep from no other', async () => {
    await open();
    await press([tests]);
    const { gates, checklists } = at.ports;
    const holder = {
      schema: 1 as const,
      mode: 'stop' as const,
      reason: 'x',
      opens: 'x',
      by,
      at: new Date(0).toISOString(),
    };
    for (const scope of ['broken', component])
      await gates.put({ ...holder, scope, id: 'checklist#1', rev: scope }, { expected: undefined });
    const get: typeof checklists.get = async (name, number) => {
      if (name === 'broken') throw new Error('cannot be read');
      return checklists.get(name, number);
    };
    await followChecklists({ ...at.ports, checklists: { ...checklists, get } });
    expect((await at.holders()).map(({ scope }) => scope)).toEqual(['broken']);
  });

  it('one that a newer one follows holds nothing, and is not ticked any more', async () => {
    await open();
    await press(Array.from({ length: 30 }, (_, place) => place));
    const second = await open();
    await tickBoxes(at.ports, { component, number: second.number, by, on: [tests], off: [] });
    expect(await press([], [tests])).toMatchObject({ kind: 'over' });
    expect(await at.holders()).toEqual([]);
  });

  it('holds no gate where nothing is required', async () => {
    await openChecklist(at.ports, { component: 'mail', by });
    expect(await at.holders()).toEqual([]);
  });

  it('keeps who ticked first and every press', async () => {
    await open();
    await press([0]);
    await press([0, 2], [], 'U0BOB');
    await press([], [0], 'U0BOB');
    const { ticks, log } = await at.newest();
    expect(ticks).toMatchObject({ 2: { by: 'U0BOB' } });
    expect(log.map((one) => [one.by, one.box, one.isOn])).toEqual([
      [by, 0, true],
      ['U0BOB', 2, true],
      ['U0BOB', 0, false],
    ]);
  });

  it('leaves a gate open that somebody opened by hand, until a required tick is taken away', async () => {
    await open();
    await openGate(at.ports, { scope: component, by: 'U0BOB' });
    await press([0]);
    expect(await at.holders()).toEqual([]);
    await press([tests]);
    await press([], [tests]);
    expect(await at.holders()).toHaveLength(1);
  });

  it('what died between two writes is put right by the sweep', async () => {
    const checklist = await open();
    const { gates, checklists } = at.ports;
    const [holder] = await at.holders();
    if (!holder) throw new Error('no holder');
    await checklists.put(
      { ...checklist, ticks: { [tests]: { by, at: checklist.at } }, rev: 'x' },
      { expected: checklist.rev },
    );
    await gates.put({ ...holder, id: 'checklist#7', rev: 'y' }, { expected: undefined });
    await followChecklists(at.ports);
    expect(await at.holders()).toHaveLength(2);
    at.clock.now += 61_000;
    await followChecklists(at.ports);
    expect(await at.holders()).toEqual([]);
  });

  const presses = fc.record({
    by: fc.constantFrom('U0ADA', 'U0BOB', 'U0EVE'),
    on: fc.array(fc.nat(5), { maxLength: 3 }),
    off: fc.array(fc.nat(5), { maxLength: 3 }),
    waits: fc.nat(5),
  });
  it('loses no press, whoever presses at once, and its gate says what it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(presses, { maxLength: 5 }), { maxLength: 6 }), async (rounds) => {
        at = desk();
        await open();
        const { gates } = at.ports;
        const slow = (ms: number): ChecklistPorts => ({
          ...at.ports,
          gates: {
            ...gates,
            held: async () => {
              for (let n = 0; n < ms; n++) await Promise.resolve();
              return gates.held();
            },
          },
        });
        for (const round of rounds) {
          const changed = await Promise.all(
            round.map(({ waits, ...one }) => tickBoxes(slow(waits), { component, number: 1, ...one })),
          );
          expect(changed.every(({ kind }) => kind === 'ticked' || kind === 'unchanged')).toBe(true);
          const now = await at.newest();
          // The log alone says what is ticked.
          const said = new Set<number>();
          for (const { box, isOn } of now.log) isOn ? said.add(box) : said.delete(box);
          expect(Object.keys(now.ticks).map(Number).toSorted()).toEqual([...said].toSorted());
          expect((await at.holders()).length).toBe(heldBy(now).length > 0 ? 1 : 0);
        }
      }),
      { numRuns: 200 },
    );
  });
});
