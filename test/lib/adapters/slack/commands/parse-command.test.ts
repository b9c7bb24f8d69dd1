import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { helpText } from '../../../../../lib/adapters/slack/commands/help-text.ts';
import { parseCommand, readFailureId } from '../../../../../lib/adapters/slack/commands/parse-command.ts';
import { subcommand, verbOf, verbs } from '../../../../../lib/adapters/slack/commands/subcommands.ts';

describe('what is typed after /failure', () => {
  it.each([
    ['', { kind: 'help' }],
    ['  HELP ', { kind: 'help' }],
    ['report the   till  hangs', { kind: 'report', text: 'the   till  hangs' }],
    ['Report', { kind: 'report', text: '' }],
    ['list', { kind: 'list', filters: {} }],
    ['list severity&gt;=3 component:shop', { kind: 'list', filters: { minLevel: 3, component: 'shop' } }],
    ['list Severity > 2  Component : Shop', { kind: 'list', filters: { minLevel: 3, component: 'shop' } }],
    ['list level=4', { kind: 'list', filters: { minLevel: 4, maxLevel: 4 } }],
    ['list by:me since:7d status:Resolved', { kind: 'list', filters: { by: 'me', since: '7d', status: 'resolved' } }],
    ['list “component:shop” 3+', { kind: 'list', filters: { component: 'shop', minLevel: 3 } }],
    ['list sev<=2 is:new', { kind: 'list', filters: { maxLevel: 2, status: 'unacknowledged' } }],
    ['LS &lt;4', { kind: 'list', filters: { maxLevel: 3 } }],
    [
      'list by:&lt;@U0ADA0ADA|ada&gt; from:yesterday',
      { kind: 'list', filters: { by: 'U0ADA0ADA', since: 'yesterday' } },
    ],
    [
      'merge F-7K3Q9D with f8w4rtx',
      { kind: 'merge', failures: [{ failureId: 'F-7K3Q9D' }, { failureId: 'F-8W4RTX' }] },
    ],
    ['split F-8W', { kind: 'split', failure: { prefix: 'F-8W' } }],
    ['show F-7K', { kind: 'show', failure: { prefix: 'F-7K' } }],
    ['f-7k3', { kind: 'show', failure: { prefix: 'F-7K3' } }],
    ['show https://example.com/f/F-7K3Q9D', { kind: 'show', failure: { failureId: 'F-7K3Q9D' } }],
    ['help LIST', { kind: 'help', about: 'list' }],
    ['report the till “hangs” — again', { kind: 'report', text: 'the till “hangs” — again' }],
    ['show F-7K3Q9D', { kind: 'show', failure: { failureId: 'F-7K3Q9D' } }],
    ['show f7k3q9d', { kind: 'show', failure: { failureId: 'F-7K3Q9D' } }],
    ['show 7k3q9d', { kind: 'show', failure: { failureId: 'F-7K3Q9D' } }],
    ['show `F-7K3Q9D`,', { kind: 'show', failure: { failureId: 'F-7K3Q9D' } }],
    ['show F-IO3Q9L', { kind: 'show', failure: { failureId: 'F-103Q91' } }],
    ['export f7k3q9d', { kind: 'export', failure: { failureId: 'F-7K3Q9D' } }],
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
    ["diagnose 'Shop'", { kind: 'diagnose', component: 'shop' }],
    ['list ‘component:shop’', { kind: 'list', filters: { component: 'shop' } }],
    ["search it's 'not found' here", { kind: 'search', words: "it's not found here", filters: {} }],
    ['shop checklist', { kind: 'checklist', component: 'shop' }],
    ['shop diagnose', { kind: 'diagnose', component: 'shop' }],
    ['F-7K3Q9D export', { kind: 'export', failure: { failureId: 'F-7K3Q9D' } }],
    ['shop mute 30m a', { kind: 'mute', mute: { component: 'shop', forMs: 1_800_000, reason: 'a' } }],
    ['mute shop for 2 hours now', { kind: 'mute', mute: { component: 'shop', forMs: 7_200_000, reason: 'now' } }],
    ['mute shop deploying', { kind: 'mute', mute: { component: 'shop', reason: 'deploying' } }],
    ['list sev>=2 sev>=4', { kind: 'list', filters: { minLevel: 4 } }],
    ['checklist f-7k3q9d', { kind: 'no-component', verb: 'checklist', failureId: 'F-7K3Q9D', more: [] }],
    ['clean F-7K3Q9D --dry-run', { kind: 'no-component', verb: 'clean', failureId: 'F-7K3Q9D', more: ['--dry-run'] }],
    ['mute F-7K3Q9D 2h x', { kind: 'no-component', verb: 'mute', failureId: 'F-7K3Q9D', more: ['2h', 'x'] }],
    ['clean run', { kind: 'clean', component: 'run', dryRun: false }],
    ['f-7k3q9d', { kind: 'show', failure: { failureId: 'F-7K3Q9D' } }],
  ])('%j', (typed, command) => {
    expect(parseCommand(typed).command).toEqual(command);
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
    ['list since:soon', 'not a filter'],
    ['list since:2026-02-30', 'not a filter'],
    ['list compnent:shop', 'Did you mean `component:…`?'],
    ['list __proto__:x', 'not a filter'],
    ['list status:constructor', 'not a filter'],
    ['list severity>=3 severity<=1', 'Nothing can match'],
    ['search till severity=2 severity=4', 'Nothing can match'],
    ['help nothing', 'There is no subcommand “nothing”'],
    ['help chekclist', 'Did you mean `/failure help checklist`?'],
    ['mute shop -1h deploying now', '“-1h” cannot be read as a time'],
    ['mute shop -1h deploying now', '`/failure mute shop 2h deploying now`'],
    ['mute shop forever x', '“forever” cannot be read as a time'],
    ['mute shop 1w', '“1w” cannot be read as a time'],
    ['mute shop for 3', '“3” cannot be read as a time'],
    ['mute shop until tomorrow', '“until tomorrow” cannot be read as a time'],
    ['list --all', 'There is no “--all”'],
    ['merge F-7K3Q9D', 'Say both ids'],
    ['merge F-7K3Q9D everything', 'One looks like'],
    ['show F-7K3Q9D F-8W4RTX', 'is too much'],
    ['clean shop --public', 'does not go with `clean`'],
  ])('%j is answered with what to type', (typed, words) => {
    const { command } = parseCommand(typed);
    expect(command.kind === 'unclear' && command.problem).toContain(words);
  });

  it('never throws, and never repeats anything that Slack would act on', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-z]* ?<![a-z]*>.*$/)), (typed) => {
        const { command } = parseCommand(typed);
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

  it.each(['list --public 3+', '--public list 3+', 'list 3+ —public'])('%j is for the channel', (typed) => {
    expect(parseCommand(typed)).toEqual({ command: { kind: 'list', filters: { minLevel: 3 } }, isPublic: true });
  });

  it('reads the same filters in any order', () => {
    const all = ['severity>=2', 'sev<=4', 'component:shop', 'status:all', 'since:24h', 'by:me'];
    const read = parseCommand(`list ${all.join(' ')}`);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(parseCommand(`list ${shuffled.join('  ').toUpperCase()}`)).toEqual(read);
      }),
    );
  });

  it('help names every subcommand, and each has its own', () => {
    for (const verb of verbs) {
      expect(helpText()).toContain(`/failure ${verb}`);
      expect(helpText(verb)).toContain(`/failure ${verb}`);
      for (const other of subcommand(verb).also ?? []) expect(verbOf(other)).toBe(verb);
    }
    const words = verbs.flatMap((verb) => [verb, ...(subcommand(verb).also ?? [])]);
    expect(new Set(words).size).toBe(words.length);
  });
});
