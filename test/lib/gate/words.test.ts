import { expect, it } from 'vitest';
import { gatesMessage } from '../../../lib/adapters/slack/cards/gates-message.ts';
import { causeHolders } from '../../../lib/gate/cause-holders.ts';
import { gateAnswer } from '../../../lib/gate/may-go-on.ts';
import { protocolHolders } from '../../../lib/gate/protocol-holders.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { verdictOf } from '../../../runner/gate-words.ts';
import { at, failed, failureId, gateWorld, policy } from './gate-samples.ts';

const { report } = failed();
const mismatch = { ...report, error: { exitCode: 124 }, durationMs: 600_000, timeLimitMs: 2_940_000 };
const killed = { ...report, whatHappened: '', error: { exitCode: -1 } };

/** Each with the words by which it says how it opens. */
it.each<[string, Parameters<typeof failed>[0], string]>([
  ['its level', { level: 3, whatHappened: 'TypeError' }, `when ${failureId} is resolved or graded below 3`],
  ['a quota with an end', { whatHappened: 'usage limit reached|1757602800' }, 'at the end that it named; one item'],
  [
    'a quota without a zone',
    { whatHappened: 'Session limit reached, resets 3pm' },
    'at the end that it named, read as UTC because it names no zone',
  ],
  ['a quota without an end', { whatHappened: 'usage limit reached' }, 'after 15 minutes, because it named no end'],
  ['a limit of turns', { whatHappened: 'Reached max turns (30)' }, 'a day after the last one; items above 8 of 10'],
  [
    'an upstream',
    { whatHappened: 'API Error: 503 Service Unavailable' },
    'when one item is done; one at a time is tried',
  ],
  ['a limit set twice', { report: mismatch }, 'when one item is done; one at a time is tried'],
  ['being killed twice', { report: killed }, 'when one item is done; one at a time is tried'],
])('%s says on the host and in Slack why it shuts, for which failure, and how that opens', async (_, given, opens) => {
  const { ports, holders, goTo } = gateWorld();
  const failure = failed({ title: 'The night job ended', ...given });
  goTo(1);
  const recent = [{ failureId, cause: 'killed' as const, at: at(-20) }];
  const drafts = [...protocolHolders(failure, policy), ...causeHolders({ failure, policy, now: ports.now(), recent })];
  expect(drafts).toHaveLength(1);
  for (const draft of drafts) await shutGate(ports, draft);
  const shut = await holders();
  const registry = { schema: 1 as const, dependsOn: { agent: ['account:claude'] }, publishedAt: at(0) };
  const answer = gateAnswer({ holders: shut, registry }, { component: 'agent' }, ports.now());
  const { line } = verdictOf('agent', answer, { now: ports.now() });
  const message = JSON.stringify(gatesMessage(shut, []));
  for (const words of ['The night job ended', failureId, opens]) {
    expect(line).toContain(words);
    expect(message).toContain(words);
  }
  expect(line).toContain(`opens ${opens}`);
});

it('names in Slack what among the gates cannot be read', () => {
  const damaged = JSON.stringify(gatesMessage([], ['HOLDER#?']));
  expect(damaged).toContain('HOLDER#?');
  expect(damaged).not.toContain('goes on everywhere');
  expect(JSON.stringify(gatesMessage([], []))).toContain('goes on everywhere');
});
