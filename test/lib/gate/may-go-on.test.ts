import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blastRadius, gatesOf } from '../../../lib/gate/depends-on.ts';
import type { GateHolder } from '../../../lib/gate/gate.ts';
import { gateAnswer } from '../../../lib/gate/may-go-on.ts';
import { at, holder, noon, registry } from './gate-samples.ts';

const ask = (holders: GateHolder[], question: Parameters<typeof gateAnswer>[1], minute = 0) =>
  gateAnswer({ holders, registry }, question, new Date(at(minute)));

describe('may work on a component go on', () => {
  it('goes on when nothing holds it, and when what is shut concerns others', () => {
    expect(ask([], { component: 'agent' })).toEqual({ kind: 'go', canaryOf: [] });
    expect(ask([holder({ scope: 'agent' })], { component: 'api' }).kind).toBe('go');
    expect(ask([holder()], { component: 'nobody-knows-it' }).kind).toBe('go');
  });

  it('is stopped by a gate of what it depends on, however far away', () => {
    const stop = holder({ scope: 'db' });
    expect(ask([stop], { component: 'agent' })).toEqual({ kind: 'stop', holders: [stop] });
    expect(ask([holder({ scope: 'account:claude' })], { component: 'api' }).kind).toBe('stop');
  });

  it('waits until the last of its holds ends, then lets one item through at a time', () => {
    const first = holder({ id: 'a', mode: 'hold', until: at(10) });
    const last = holder({ id: 'b', scope: 'db', mode: 'hold', until: at(20) });
    expect(ask([first, last], { component: 'agent' })).toEqual({ kind: 'hold', until: at(20), holders: [first, last] });
    expect(ask([first, last], { component: 'agent', workItemId: 'W-1' }, 20)).toEqual({
      kind: 'go',
      canaryOf: [first, last],
    });
    const taken = { ...first, canary: { workItemId: 'W-1', until: at(50) } };
    expect(ask([taken], { component: 'agent', workItemId: 'W-2' }, 30)).toEqual({
      kind: 'hold',
      until: at(50),
      holders: [taken],
    });
    expect(ask([taken], { component: 'agent', workItemId: 'W-1' }, 30).kind).toBe('go');
    expect(ask([taken], { component: 'agent', workItemId: 'W-2' }, 50).kind).toBe('go');
  });

  it('offers what is too complex for splitting, lets the rest through, and forgets it at its time', () => {
    const split = holder({ mode: 'split', until: at(60) });
    expect(ask([split], { component: 'api', complexity: 9 })).toEqual({ kind: 'split', holders: [split] });
    expect(ask([split], { component: 'api', complexity: 8 }).kind).toBe('go');
    expect(ask([split], { component: 'api' })).toEqual({ kind: 'go', canaryOf: [], splits: [split] });
    expect(ask([split], { component: 'api', complexity: 9 }, 60).kind).toBe('go');
  });

  it('ends in a circle of dependencies', () => {
    const round = { schema: 1 as const, dependsOn: { a: ['b'], b: ['c'], c: ['a'] }, publishedAt: noon };
    const stop = holder({ scope: 'c' });
    expect(gateAnswer({ holders: [stop], registry: round }, { component: 'a' }, new Date(noon)).kind).toBe('stop');
    expect(blastRadius('a', round.dependsOn)).toEqual(['a', 'b', 'c']);
  });

  it('names what goes down with a component', () => {
    expect(blastRadius('db', registry.dependsOn)).toEqual(['db', 'agent', 'api']);
    expect(blastRadius('docs', registry.dependsOn)).toEqual(['docs']);
  });
});

describe('for any set of holders and any dependencies', () => {
  const names = ['a', 'b', 'c', 'd', 'account:x'];
  const name = fc.constantFrom(...names);
  const minute = fc.integer({ min: -60, max: 60 });
  const anyHolder = fc
    .record({
      scope: name,
      id: fc.uuid(),
      mode: fc.constantFrom<GateHolder['mode'][]>('stop', 'hold', 'canary', 'split'),
      until: fc.option(minute.map(at), { nil: undefined }),
      canary: fc.option(fc.record({ workItemId: fc.constantFrom('W-1', 'W-2'), until: minute.map(at) }), {
        nil: undefined,
      }),
    })
    .map(({ until, canary, ...given }) => holder({ ...given, ...(until && { until }), ...(canary && { canary }) }));
  const world = fc.record({
    holders: fc.uniqueArray(anyHolder, { maxLength: 8, selector: ({ id }) => id }),
    dependsOn: fc.dictionary(fc.constantFrom(...names.slice(0, 4)), fc.array(name, { maxLength: 3 })),
    component: fc.constantFrom(...names.slice(0, 4)),
    complexity: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
    workItemId: fc.option(fc.constantFrom('W-1', 'W-2', 'W-3'), { nil: undefined }),
  });
  type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
  const answer = ({ holders, dependsOn, ...question }: World) =>
    gateAnswer({ holders, registry: { schema: 1, dependsOn, publishedAt: noon } }, question, new Date(noon));
  const rank = { go: 0, split: 1, hold: 2, stop: 3 };

  it('is open when, and only when, no holder of its gates is active', () => {
    fc.assert(
      fc.property(world, (given) => {
        const gates = gatesOf(given.component, given.dependsOn);
        const concerns = given.holders.filter(({ scope, mode, until }) => {
          const isOver = until !== undefined && Date.parse(until) <= Date.parse(noon);
          return gates.has(scope) && !(isOver && (mode === 'canary' || mode === 'split'));
        });
        const answered = answer(given);
        const isOpen = answered.kind === 'go' && answered.canaryOf.length === 0;
        const lets = concerns.every(({ mode }) => mode === 'split' && !(Number(given.complexity) > 8));
        expect(isOpen).toBe(lets);
        if (concerns.some(({ mode }) => mode === 'stop')) expect(answered.kind).toBe('stop');
      }),
    );
  });

  it('does not depend on the order, nor on holders of other gates, and one more never opens it', () => {
    fc.assert(
      fc.property(world, anyHolder, (given, more) => {
        const before = answer(given);
        const turned = answer({ ...given, holders: given.holders.toReversed() });
        expect(turned.kind).toBe(before.kind);
        const gates = gatesOf(given.component, given.dependsOn);
        expect(answer({ ...given, holders: given.holders.filter(({ scope }) => gates.has(scope)) })).toEqual(before);
        const after = answer({ ...given, holders: [...given.holders, more] });
        expect(rank[after.kind]).toBeGreaterThanOrEqual(rank[before.kind]);
      }),
    );
  });

  it('never names a moment that has passed', () => {
    fc.assert(
      fc.property(world, (given) => {
        const answered = answer(given);
        if (answered.kind !== 'hold') return;
        expect(Date.parse(answered.until ?? '')).toBeGreaterThan(Date.parse(noon));
      }),
    );
  });
});
