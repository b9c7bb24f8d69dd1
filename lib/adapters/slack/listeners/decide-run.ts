import { approveRun } from '../../../recovery/approve-run.ts';
import { cancelRun } from '../../../recovery/cancel-run.ts';
import { declineRun } from '../../../recovery/decline-run.ts';
import type { RunDecision } from '../../../recovery/run-decision.ts';
import type { Action } from '../action-ids.ts';
import { undecidedText } from '../decision-texts.ts';
import type { Pressed } from './handle-click.ts';
import { namePeople } from './name-people.ts';
import type { SlackPorts } from './slack-ports.ts';

type Decide = Extract<Action, { do: 'approve' | 'decline' | 'cancel' }>;

/** Somebody's word on a run. Whether it counts is decided there, at the click. */
export async function decideRun(ports: SlackPorts, action: Decide, by: string): Promise<Pressed> {
  const { failureId, runId } = action;
  const answer = await decide(ports, action, { failureId, runId, by });
  if (answer.kind !== 'refused') return { isDone: true, words: '' };
  return { isDone: false, words: undecidedText(await namePeople(ports, answer)) };
}

function decide(ports: SlackPorts, action: Decide, decision: RunDecision) {
  switch (action.do) {
    case 'approve':
      return approveRun(ports, { ...decision, planHash: action.planHash });
    case 'decline':
      return declineRun(ports, decision);
    case 'cancel':
      return cancelRun(ports, decision);
    default:
      return action satisfies never;
  }
}
