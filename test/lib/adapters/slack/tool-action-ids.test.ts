import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAction } from '../../../../lib/adapters/slack/action-ids.ts';
import { encodeTicks } from '../../../../lib/adapters/slack/tick-ids.ts';
import {
  decodeToolAction,
  encodeToolAction,
  type ToolAction,
  type ToolButton,
  ticksActionId,
} from '../../../../lib/adapters/slack/tool-action-ids.ts';
import { WorkItemId } from '../../../../lib/work/work-item.ts';

const component = fc.stringMatching(/^[a-z0-9][a-z0-9._/-]{0,63}$/);
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/).map((text) => WorkItemId.parse(text));
const query = fc.record({ component, after: fc.string({ maxLength: 300 }) }, { requiredKeys: [] });
const move = { id, was: fc.integer({ min: 0, max: 999_999 }), query };
const action: fc.Arbitrary<ToolAction> = fc.oneof(
  fc.record({ do: fc.constant('queue-page' as const), query }),
  fc.record({ do: fc.constantFrom('work-up' as const, 'work-top' as const), ...move }),
  fc.record({ do: fc.constant('work-priority' as const), id }),
  fc.record({
    do: fc.constant('gate-open' as const),
    scope: component,
    id: fc.string({ maxLength: 120 }),
    query: fc.record({ scope: component }, { requiredKeys: [] }),
  }),
  fc.record({ do: fc.constant('gate-shut' as const), scope: component }),
  fc.record({
    do: fc.constantFrom('search-next' as const, 'search-back' as const),
    query: fc.record(
      {
        words: fc.string({ maxLength: 300 }),
        filter: fc.record({ component }, { requiredKeys: [] }),
        from: fc.nat(1000),
        trail: fc.array(fc.nat(1000), { maxLength: 20 }),
      },
      { requiredKeys: ['words'] },
    ),
  }),
  fc.record({ do: fc.constantFrom('home-refresh' as const, 'home-report' as const) }),
);

describe('a button of the queue or of a gate', () => {
  it('means the same after Slack gave it back, and is never taken for a failure’s', () => {
    fc.assert(
      fc.property(action, (given) => {
        const encoded = encodeToolAction(given as ToolButton);
        expect(decodeToolAction(encoded)).toEqual(given);
        expect(decodeAction(encoded)).toBeUndefined();
      }),
    );
  });

  it.each([
    [{ action_id: 'kintsugi.tool.work-up', value: '{}' }],
    [{ action_id: 'kintsugi.tool.work-up', value: 'not json' }],
    [{ action_id: 'kintsugi.tool.gone', value: '{}' }],
    [{ action_id: 'kintsugi.resolve', value: '{}' }],
    [{ action_id: 'kintsugi.tool.gate-shut' }],
  ])('means nothing as %j', (pressed) => {
    expect(decodeToolAction(pressed)).toBeUndefined();
  });
});

describe('check boxes of a checklist', () => {
  const place = fc.nat(59);
  const places = fc.uniqueArray(place, { maxLength: 10 });

  it('say what was pressed, whatever was shown', () => {
    fc.assert(
      fc.property(places, places, component, (shown, chosen, component) => {
        const block_id = encodeTicks({ component, number: 12, shown, drawn: '1a2b3c4d-before0' });
        const selected_options = chosen.map((one) => ({ value: String(one) }));
        expect(decodeToolAction({ action_id: ticksActionId, block_id, selected_options })).toEqual({
          do: 'checklist-tick',
          component,
          number: 12,
          on: chosen.filter((one) => !shown.includes(one)),
          off: shown.filter((one) => !chosen.includes(one)),
        });
      }),
    );
  });

  it.each([
    '',
    'ticks',
    'ticks/shop',
    'ticks/shop/x/0/d',
    'ticks/shop/1/-1/d',
    'ticks/../1/0/d',
    'other/shop/1/0/d',
    'ticks/shop/1/0',
  ])('that are not ours, or of another version, mean nothing: %s', (block_id) => {
    expect(decodeToolAction({ action_id: ticksActionId, block_id, selected_options: [] })).toBeUndefined();
  });
  it('with strange values mean nothing', () => {
    const block_id = encodeTicks({ component: 'shop', number: 1, shown: [], drawn: 'x' });
    for (const value of ['x', '-1', '1.5', 'Infinity']) {
      expect(decodeToolAction({ action_id: ticksActionId, block_id, selected_options: [{ value }] })).toBeUndefined();
    }
  });
});
