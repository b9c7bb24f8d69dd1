import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand, readFailureId } from '../../../../lib/adapters/slack/command-text.ts';

describe('what is typed after /failure', () => {
  it.each([
    ['', { kind: 'help' }],
    ['  HELP ', { kind: 'help' }],
    ['report the   till  hangs', { kind: 'report', text: 'the   till  hangs' }],
    ['Report', { kind: 'report', text: '' }],
    ['list', { kind: 'list' }],
    ['list severity&gt;=3 component:shop', { kind: 'list', minLevel: 3, component: 'shop' }],
    ['list Severity > 2  Component : Shop', { kind: 'list', minLevel: 3, component: 'shop' }],
    ['list level=4', { kind: 'list', minLevel: 4 }],
    ['show F-7K3Q9D', { kind: 'show', failureId: 'F-7K3Q9D' }],
    ['show f7k3q9d', { kind: 'show', failureId: 'F-7K3Q9D' }],
    ['show 7k3q9d', { kind: 'show', failureId: 'F-7K3Q9D' }],
    ['show `F-7K3Q9D`,', { kind: 'show', failureId: 'F-7K3Q9D' }],
    ['show F-IO3Q9L', { kind: 'show', failureId: 'F-103Q91' }],
    ['export f7k3q9d', { kind: 'export', failureId: 'F-7K3Q9D' }],
    ['queue', { kind: 'queue' }],
    ['Queue Component:shop', { kind: 'queue', component: 'shop' }],
    ['gates', { kind: 'gate' }],
    ['gate Account:claude', { kind: 'gate', scope: 'account:claude' }],
    ['runner', { kind: 'runners' }],
    ['diagnose Shop', { kind: 'diagnose', component: 'shop' }],
    ['clean shop', { kind: 'clean', component: 'shop', dryRun: false }],
    ['clean shop --dry-run', { kind: 'clean', component: 'shop', dryRun: true }],
    ['clean —dry-run shop', { kind: 'clean', component: 'shop', dryRun: true }],
    ['clean dry run shop', { kind: 'clean', component: 'shop', dryRun: true }],
    ['clean run', { kind: 'clean', component: 'run', dryRun: false }],
    ['f-7k3q9d', { kind: 'show', failureId: 'F-7K3Q9D' }],
  ])('%j', (typed, command) => {
    expect(parseCommand(typed)).toEqual(command);
  });

  it.each([
    ['shwo F-7K3Q9D', 'Did you mean `/failure show`?'],
    ['repport', 'Did you mean `/failure report`?'],
    ['xyzzy', '`/failure help`'],
    ['quee', 'Did you mean `/failure queue`?'],
    ['diagnos shop', 'Did you mean `/failure diagnose`?'],
    ['diagnose', 'Say its name'],
    ['clean --dry-run', 'Say its name'],
    ['clean Sh@p', 'cannot be a component’s name'],
    ['queue shop till', '“till” is too much'],
    ['gate account:', 'cannot be'],
    ['export', '`/failure export F-7K3Q9D`'],
    ['show', 'Say its id'],
    ['show everything', 'One looks like'],
    ['list severity>=9', 'not a filter'],
    ['list severity>5', 'not a filter'],
    ['list component:', 'not a filter'],
    ['list shop', 'not a filter'],
  ])('%j is answered with what to type', (typed, words) => {
    const command = parseCommand(typed);
    expect(command.kind === 'unclear' && command.problem).toContain(words);
  });

  it('never throws, and never repeats anything that Slack would act on', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-z]* ?<![a-z]*>.*$/)), (typed) => {
        const command = parseCommand(typed);
        if (command.kind === 'unclear') expect(command.problem).not.toMatch(/[<>]/);
      }),
    );
  });

  it('reads an id back however it was typed', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{6}$/),
        fc.boolean(),
        fc.boolean(),
        (letters, hyphen, upper) => {
          const typed = `F${hyphen ? '-' : ''}${letters}`;
          expect(readFailureId(upper ? typed : typed.toLowerCase())).toBe(`F-${letters}`);
        },
      ),
    );
  });
});
