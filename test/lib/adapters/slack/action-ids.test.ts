import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, decodeAction, encodeAction, type ListQuery } from '../../../../lib/adapters/slack/action-ids.ts';
import type { FailureId } from '../../../../lib/failure/failure.ts';
import type { Level } from '../../../../lib/signal/signal.ts';

const query: fc.Arbitrary<ListQuery> = fc.record(
  {
    minLevel: fc.constantFrom<Level>(1, 2, 3, 4, 5),
    component: fc.string({ maxLength: 64 }),
    after: fc.base64String({ maxLength: 600 }),
  },
  { requiredKeys: [] },
);
const subject = {
  failureId: fc.stringMatching(/^F-[0-9A-HJKMNP-TV-Z]{6}$/) as fc.Arbitrary<FailureId>,
  episode: fc.integer({ min: 1, max: 1e6 }),
  from: fc.oneof(
    fc.record({ place: fc.constant('card' as const) }),
    fc.record({ place: fc.constant('show' as const) }),
    fc.record({ place: fc.constant('list' as const), query }),
  ),
};
const action: fc.Arbitrary<Action> = fc.oneof(
  ...(['acknowledge', 'rollback', 'resolve', 'reopen'] as const).map((verb) =>
    fc.record({ do: fc.constant(verb), ...subject }),
  ),
  fc.record({ do: fc.constant('list-page' as const), query }),
);

describe('a button’s meaning', () => {
  it('survives the round trip through Slack, within its limits', () => {
    fc.assert(
      fc.property(action, (given) => {
        const encoded = encodeAction(given);
        expect(encoded.action_id.length).toBeLessThanOrEqual(255);
        expect(decodeAction(encoded)).toEqual(given);
      }),
    );
  });

  it('is nothing when it is not ours, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.oneof(fc.string(), fc.json()), { nil: undefined }), (id, value) => {
        expect(decodeAction({ action_id: id, value })).toBeUndefined();
        expect(decodeAction({ action_id: `kintsugi.${id}`, value })).toBeUndefined();
      }),
    );
  });
});
