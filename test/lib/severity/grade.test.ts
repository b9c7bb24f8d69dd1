import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComponentPolicy } from '../../../lib/policy/policy.ts';
import { criteria } from '../../../lib/severity/criteria.ts';
import { gradeSignal } from '../../../lib/severity/grade.ts';
import { Level, Signal } from '../../../lib/signal/signal.ts';

const grade = (over: object, component: object = {}) =>
  gradeSignal(
    Signal.parse({
      version: 1,
      id: 'x',
      occurredAt: '2026-11-22T02:59:00Z',
      component: 'shop',
      summary: 'it failed',
      ...over,
    }),
    ComponentPolicy.parse(component),
  );

describe('gradeSignal', () => {
  it.each([
    [1, { summary: 'Typo on the documentation page' }],
    [1, { summary: 'npm test failed', details: 'ℹ pass 40\nℹ fail 1' }],
    [2, { summary: 'Search is slower for some users' }],
    [2, { summary: 'it failed' }],
    [3, { summary: 'npm test failed', details: 'ℹ pass 3\nℹ fail 4' }],
    [3, { summary: 'A core route answers wrongly', environment: 'test' }],
    [4, { summary: "The shop won't start after the deploy" }],
    [4, { summary: 'Checksum mismatch: data corruption in orders' }],
    [4, { summary: 'connect ECONNREFUSED 127.0.0.1:5432' }],
    [5, { summary: 'Production is down for all customers' }],
    [5, { summary: 'shop', environment: 'production', state: { system: 'down' } }],
    [5, { summary: 'The job deleted customer records' }],
  ])('is level %i for %j', (level, over) => {
    expect(grade(over).level).toBe(level);
  });

  it('says why, strongest first', () => {
    expect(grade({ summary: 'npm test failed', details: '# fail 4' }).reasons[0]).toBe('4 tests fail');
    expect(grade({}).reasons[0]).toMatch(/nothing in the text/);
  });

  it('lets a claim move a clear level by one step at most', () => {
    const corruption = { summary: 'data corruption in orders' };
    expect(grade({ ...corruption, severity: 1 }).level).toBe(3);
    expect(grade({ ...corruption, severity: 5 }).level).toBe(5);
    expect(grade({ summary: 'Typo on the documentation page', severity: 5 }).level).toBe(2);
  });

  it('always gives a level of the protocol with at least one reason', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 200 }).filter((text) => text.trim() !== '' && /[ -~]/.test(text.trim())),
        fc.option(fc.constantFrom(1, 2, 3, 4, 5), { nil: undefined }),
        (text, severity) => {
          const { level, reasons } = grade({ summary: `x${text}`, severity });
          expect(Level.safeParse(level).success).toBe(true);
          expect(reasons.length).toBeGreaterThan(0);
          expect(criteria[level].name).not.toBe('');
        },
      ),
    );
  });
});
