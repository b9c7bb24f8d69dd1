import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, decodeAction, encodeAction, type ListQuery } from '../../../../lib/adapters/slack/action-ids.ts';
import type { FailureId, RunId } from '../../../../lib/failure/ids.ts';
import type { Level } from '../../../../lib/signal/signal.ts';

const query: fc.Arbitrary<ListQuery> = fc.record(
  {
    minLevel: fc.constantFrom<Level>(1, 2, 3, 4, 5),
    component: fc.string({ maxLength: 64 }),
    after: fc.base64String({ maxLength: 600 }),
  },
  { requiredKeys: [] },
);
const runId = fc.stringMatching(/^R-[0-9A-HJKMNP-TV-Z]{10}$/) as fc.Arbitrary<RunId>;
const subject = {
  failureId: fc.stringMatching(/^F-[0-9A-HJKMNP-TV-Z]{6}$/) as fc.Arbitrary<FailureId>,
  episode: fc.integer({ min: 1, max: 1e6 }),
  from: fc.oneof(
    fc.record({ place: fc.constant('card' as const) }),
    fc.record({ place: fc.constant('show' as const) }),
    fc.record({ place: fc.constant('thread' as const) }),
    fc.record({ place: fc.constant('more' as const) }),
    fc.record({ place: fc.constant('home' as const) }),
    fc.record({ place: fc.constant('list' as const), query }),
  ),
};
const action: fc.Arbitrary<Action> = fc.oneof(
  ...(['acknowledge', 'resolve', 'reopen', 'diagnose', 'more', 'workaround', 'decompose', 'regrade'] as const).map(
    (verb) => fc.record({ do: fc.constant(verb), ...subject }),
  ),
  ...(['rollback', 'clean', 'shutdown', 'restart'] as const).map((verb) =>
    fc.record(
      { do: fc.constant(verb), ...subject, dryRun: fc.constant(true as const) },
      { requiredKeys: ['do', 'failureId', 'episode', 'from'] },
    ),
  ),
  ...(['decline', 'cancel', 'undo'] as const).map((verb) => fc.record({ do: fc.constant(verb), ...subject, runId })),
  fc.record({ do: fc.constant('approve' as const), ...subject, runId, planHash: fc.stringMatching(/^[0-9a-f]{64}$/) }),
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
