import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeBatch } from '../../../local/lambda-host/partial-batch.ts';
import type { Outcome } from '../../../local/lambda-host/protocol.ts';

const returned = (answer: unknown): Outcome => ({
  kind: 'returned',
  requestId: 'r',
  payload: JSON.stringify(answer) ?? 'null',
});
const judge = (answer: unknown) => judgeBatch(['a', 'b'], returned(answer), { reportsItemFailures: true });

describe('a partial batch response', () => {
  it.each([[undefined], [null], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
    '%j: all done',
    (answer) => {
      expect(judge(answer)).toEqual({ done: ['a', 'b'], failed: [] });
    },
  );

  it.each([
    ['text'],
    [{ batchItemFailures: 'a' }],
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ messageId: 'a' }] }],
    [{ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'z' }] }],
  ])('%j: all come back', (answer) => {
    expect(judge(answer)).toMatchObject({ done: [], failed: ['a', 'b'] });
  });

  it('is not looked at for a function that does not report item failures', () => {
    expect(judgeBatch(['a'], returned('anything'), { reportsItemFailures: false })).toEqual({
      done: ['a'],
      failed: [],
    });
  });

  it('sorts every message into exactly one of done and failed', () => {
    const ids = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(ids, fc.func(fc.boolean()), (all, fails) => {
        const failing = all.filter((id) => fails(id));
        const answer = { batchItemFailures: failing.map((itemIdentifier) => ({ itemIdentifier })) };
        const { done, failed } = judgeBatch(all, returned(answer), { reportsItemFailures: true });
        expect(failed).toEqual(failing);
        expect([...done, ...failed].toSorted()).toEqual(all.toSorted());
      }),
    );
  });
});
