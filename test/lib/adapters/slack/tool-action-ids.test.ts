import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAction } from '../../../../lib/adapters/slack/action-ids.ts';
import { decodeToolAction, encodeToolAction, type ToolAction } from '../../../../lib/adapters/slack/tool-action-ids.ts';
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
        const encoded = encodeToolAction(given);
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
