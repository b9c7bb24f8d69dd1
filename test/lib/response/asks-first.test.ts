import { describe, expect, it } from 'vitest';
import { actionButton } from '../../../lib/adapters/slack/cards/buttons.ts';
import { FailureId } from '../../../lib/failure/ids.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { asksFirst } from '../../../lib/response/protocol.ts';

const policy = Policy.parse({ version: 1, channels: { default: 'C0123456' } });
const subject = { failureId: FailureId.parse('F-7K3Q9D'), episode: 1, from: { place: 'card' } } as const;

describe('a recovery that begins at the press', () => {
  it('asks once from level 3, and not where other people approve it', () => {
    expect([1, 2, 3, 4, 5].filter((level) => asksFirst(policy, { level: level as 1 }))).toEqual([3]);
  });

  it('says in the question what will happen; a dry run and what is minor ask nothing', () => {
    const confirm = (action: Parameters<typeof actionButton>[0], confirms: boolean) =>
      actionButton(action, 'words', 'F-7K3Q9D', { confirms }).confirm?.text.text;
    expect(confirm({ do: 'rollback', ...subject }, true)).toContain('saved first');
    expect(confirm({ do: 'clean', ...subject }, true)).toContain('temporary files');
    expect(confirm({ do: 'restart', ...subject }, true)).toContain('started again');
    expect(confirm({ do: 'rollback', ...subject }, false)).toBeUndefined();
    expect(confirm({ do: 'clean', ...subject, dryRun: true }, true)).toBeUndefined();
    expect(confirm({ do: 'acknowledge', ...subject }, true)).toBeUndefined();
  });
});
