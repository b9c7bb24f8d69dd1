import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../lib/failure/failure.ts';
import { PostMortem } from '../../../lib/postmortem/post-mortem.ts';
import { RecoveryRun } from '../../../lib/recovery/run.ts';
import { reportMarkdown } from '../../../lib/report/report-markdown.ts';

const at = (minute: number) => `2026-05-04T03:${String(minute).padStart(2, '0')}:00.000Z`;
const base = {
  schema: 1,
  id: 'F-7K3Q9D',
  version: 9,
  episode: 1,
  component: 'shop',
  fingerprint: `v1#${'0'.repeat(32)}`,
  title: 'The cart answers 500',
  level: 4,
  levelReasons: ['the service is down in production'],
  firstOpenedAt: at(0),
  openedAt: at(0),
  report: {
    impact: 'All who buy',
    whatHappened: 'GET /cart answers 500\nfor every product',
    error: { type: 'TypeError', message: "Cannot read 'percent'", exitCode: 1 },
    environment: 'production',
    customerImpacting: true,
    attemptedFixes: [{ what: 'Restarted it', result: 'No change' }],
    state: { system: 'down', dataImpact: 'none' },
    links: [{ title: 'Message by grace', url: 'https://demo.slack.com/archives/C0SHOP/p1795300000000100' }],
  },
  similar: [
    {
      failureId: 'F-000001',
      title: 'The cart',
      component: 'shop',
      level: 3,
      status: 'resolved',
      lastSeenAt: at(0),
      outcomes: [],
    },
  ],
  outcomes: [{ strategy: 'rollback-and-retry', worked: 1, tried: 1 }],
  workaround: {
    text: 'Carts without discounts',
    by: 'U0ADA',
    at: at(2),
    removeBy: '2026-05-18T03:00:00.000Z',
    workItemId: 'W-0000000A',
  },
  response: { episode: 1, gates: [], fix: { id: 'W-0000000B', order: 'closed' }, done: ['post-mortem'] },
  lastAction: { id: 'x', by: 'runner:demo', at: at(9) },
  latestEntry: { version: 9, at: at(9), by: 'runner:demo', kind: 'resolved', text: 'Resolved' },
};
const failure = Failure.parse({
  ...base,
  status: 'resolved',
  resolvedBy: 'runner:demo',
  resolvedAt: at(9),
  how: 'recovery',
  runId: 'R-0000000001',
});
const run = RecoveryRun.parse({
  schema: 1,
  id: 'R-0000000001',
  failureId: 'F-7K3Q9D',
  version: 5,
  episode: 1,
  strategy: 'rollback-and-retry',
  component: 'shop',
  runner: 'demo',
  requestedBy: 'system:protocol',
  requestedAt: at(1),
  approvalsNeeded: 2,
  approvals: [
    { by: 'U0ADA', at: at(5), planHash: 'a'.repeat(64) },
    { by: 'U0BEN', at: at(6), planHash: 'a'.repeat(64) },
  ],
  lastAction: { id: 'x', by: 'runner:demo', at: at(9) },
  state: 'succeeded',
  plan: { hash: 'a'.repeat(64), summary: 'back', items: [], total: 0 },
  nonce: 'n'.repeat(16),
  startedAt: at(7),
  heartbeatAt: at(8),
  endedAt: at(9),
  reason: 'Rolled 3 paths back to checkpoint working; the check passes (exit 0)',
  refs: [],
});
const postMortem = PostMortem.parse({
  schema: 1,
  failureId: 'F-7K3Q9D',
  episode: 1,
  version: 2,
  openedAt: at(0),
  because: 'Level 4: the service is down in production',
  filledFrom: 9,
  sections: {
    timeline: [
      `${at(0)} Opened at level 4 (system:ingest)`,
      `${at(3)} Acknowledged (U0BEN)`,
      `${at(9)} Resolved (runner:demo)`,
    ],
    impact: ['shop in production, down'],
    rootCause: [],
    contributingFactors: [],
    wentWell: ['Rollback & retry worked'],
    actionItems: ['W-0000000B: the fix'],
    lessonsLearned: [],
  },
});
const golden = new URL('./report.golden.md', import.meta.url);
const headingsOf = (markdown: string) => markdown.split('\n').filter((line) => /^#{1,6} /.test(line));
const template = [
  'Failure Summary',
  'What Happened',
  'Root Cause',
  'Attempted Fixes',
  'Current State',
  'Resolution Plan',
  'Lessons Learned',
  'Memory System Update',
].map((heading) => `### ${heading}`);

describe('the report as Markdown', () => {
  it('is the template, heading for heading, with both approvers and the post-mortem', () => {
    const names: Record<string, string> = { U0ADA: 'Ada', U0BEN: 'Ben' };
    const nameOf = (actor: string) => names[actor] ?? actor;
    const markdown = reportMarkdown({ failure, runs: [run], count: 3, componentTitle: 'Shop', postMortem, nameOf });
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, markdown);
    expect(markdown).toBe(readFileSync(golden, 'utf8'));
    expect(headingsOf(markdown).slice(1, 9)).toEqual(template);
  });

  it('has every heading when nothing is known yet', () => {
    const { workaround: _workaround, response: _response, ...bare } = base;
    const open = Failure.parse({
      ...bare,
      status: 'open',
      report: { whatHappened: 'It failed' },
      similar: [],
      outcomes: [],
    });
    const markdown = reportMarkdown({ failure: open, runs: [], count: 1, componentTitle: 'shop' });
    expect(headingsOf(markdown).slice(1)).toEqual(template);
    for (const said of ['Under investigation', 'None yet.', '- Workaround: None', '- System status: Not known']) {
      expect(markdown).toContain(said);
    }
  });

  it('keeps its headings whatever the texts say', () => {
    const nasty = fc.string({ unit: fc.constantFrom('#', ' ', '`', '\n', 'a', '-', '~', '1', '.', '|') });
    fc.assert(
      fc.property(nasty, nasty, nasty, (title, what, result) => {
        const hostile = Failure.parse({
          ...failure,
          title,
          report: { ...failure.report, whatHappened: what, attemptedFixes: [{ what: title, result }] },
        });
        const markdown = reportMarkdown({ failure: hostile, runs: [run], count: 1, componentTitle: result });
        const outside = withoutFences(markdown);
        expect(headingsOf(outside).slice(1)).toEqual(template);
      }),
    );
  });
});

/** As CommonMark reads it: a fence ends at a line of at least as many ticks and nothing else. */
function withoutFences(markdown: string): string {
  let fence: string | undefined;
  const kept: string[] = [];
  for (const line of markdown.split('\n')) {
    const ticks = /^ {0,3}(`{3,})([^`]*)$/.exec(line);
    if (fence === undefined) {
      if (ticks) fence = ticks[1];
      else kept.push(line);
    } else if (ticks?.[1] && ticks[1].length >= fence.length && ticks[2]?.trim() === '') fence = undefined;
  }
  return kept.join('\n');
}
