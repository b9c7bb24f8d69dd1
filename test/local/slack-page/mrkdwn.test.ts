import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Inline, parseInline, parseMrkdwn } from '../../../local/slack/web/text/mrkdwn.ts';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function wordsOf(node: Inline): string {
  switch (node.kind) {
    case 'text':
    case 'code':
      return node.text;
    case 'bold':
    case 'italic':
    case 'strike':
      return node.children.map(wordsOf).join('');
    case 'emoji':
      return node.name;
    case 'link':
      return node.label ?? node.url;
    case 'user':
    case 'channel':
    case 'group':
      return node.label ?? node.id;
    case 'broadcast':
      return node.range;
    case 'date':
      return node.fallback;
    default:
      return node satisfies never;
  }
}

const shown = (text: string) =>
  parseMrkdwn(text)
    .map((passage) => (passage.kind === 'pre' ? passage.text : passage.children.map(wordsOf).join('')))
    .join('\n');
const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');

describe('mrkdwn', () => {
  it('loses no letter of any escaped text, whatever marks stand in it', () => {
    const piece = fc.oneof(
      fc.constantFrom('*', '_', '~', '`', '```', '>', '<', '&', '#', '- ', ':', '\n', ' ', '|', '!'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        expect(letters(shown(escaped(text)))).toBe(letters(text));
      }),
    );
  });

  it('never makes a link, a mention or a control form out of escaped text', () => {
    const forms = ['<!channel>', '<@U1AAA>', '<javascript:alert(1)|x>', '<https://a.example|https://b.example>'];
    for (const form of forms) {
      const kinds = parseInline(escaped(form), true).map(({ kind }) => kind);
      expect(kinds).toEqual(['text']);
    }
  });

  it('unescapes once: an escaped entity stays what its author wrote', () => {
    expect(shown('&amp;lt;b&amp;gt; &lt;i&gt;')).toBe('&lt;b&gt; <i>');
  });

  it('reads bold, italic, strike and code at word borders only', () => {
    expect(parseInline('*a _b_* snake_case_name 2*3*4 `x*y*`').map(({ kind }) => kind)).toEqual([
      'bold',
      'text',
      'code',
    ]);
  });

  it('reads every control form', () => {
    const text =
      '<@U1AB> <@U2|ada> <#C1|general> <!subteam^S1|@oncall> <!here> <https://a.example/?x=1&amp;y=2|site> <mailto:a@b.example>';
    expect(parseInline(text).filter(({ kind }) => kind !== 'text')).toEqual([
      { kind: 'user', id: 'U1AB' },
      { kind: 'user', id: 'U2', label: 'ada' },
      { kind: 'channel', id: 'C1', label: 'general' },
      { kind: 'group', id: 'S1', label: '@oncall' },
      { kind: 'broadcast', range: 'here' },
      { kind: 'link', url: 'https://a.example/?x=1&y=2', label: 'site' },
      { kind: 'link', url: 'mailto:a@b.example' },
    ]);
    expect(parseInline('<!date^1767600000^{date_short}^https://a.example/|Monday>')).toEqual([
      { kind: 'date', epoch: 1767600000, format: '{date_short}', link: 'https://a.example/', fallback: 'Monday' },
    ]);
  });

  it('keeps code blocks as they are, with quotes and lines around them', () => {
    expect(parseMrkdwn('before\n```\n*a*\n  &lt;b&gt;\n```\n&gt; said\n> twice\nafter')).toEqual([
      { kind: 'lines', children: [{ kind: 'text', text: 'before' }] },
      { kind: 'pre', text: '*a*\n  <b>' },
      { kind: 'quote', children: [{ kind: 'text', text: 'said\ntwice' }] },
      { kind: 'lines', children: [{ kind: 'text', text: 'after' }] },
    ]);
  });

  it('knows an emoji by its Slack name, and leaves a clock time alone', () => {
    expect(parseInline(':large_green_circle: at 12:30:45 :no_such_thing:')).toEqual([
      { kind: 'emoji', name: 'large_green_circle' },
      { kind: 'text', text: ' at 12:30:45 :no_such_thing:' },
    ]);
  });
});
