import { requestRecovery } from '../../../recovery/request-recovery.ts';
import type { RunOrder, Strategy } from '../../../recovery/run.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import type { Action } from '../action-ids.ts';
import { tooFewWords } from '../approval-words.ts';
import { startedText } from '../button-texts.ts';
import { recoveryRefusedText } from '../refusal-texts.ts';
import type { Pressed } from './handle-click.ts';
import { namePeople } from './name-people.ts';
import type { SlackPorts } from './slack-ports.ts';

type Start = Extract<Action, { do: 'rollback' | 'clean' | 'shutdown' | 'restart' | 'diagnose' | 'undo' }>;

const strategies: Record<Start['do'], Strategy> = {
  rollback: 'rollback-and-retry',
  clean: 'clean',
  shutdown: 'shutdown',
  restart: 'restart',
  diagnose: 'diagnose',
  undo: 'undo',
};

/** Asks for a recovery. Who may, and what it needs before it begins, is decided there, whatever the button said. */
export async function startRun(ports: SlackPorts, action: Start, by: string): Promise<Pressed> {
  const strategy = strategies[action.do];
  const { failureId, episode } = action;
  const order: RunOrder = action.do === 'undo' ? { undoes: action.runId } : {};
  const dryRun = 'dryRun' in action && action.dryRun === true;
  const asked = await requestRecovery(ports, { failureId, episode, by, strategy, order, dryRun });
  if (asked.kind === 'refused') return { isDone: false, words: recoveryRefusedText(await namePeople(ports, asked)) };
  const words = startedText(strategyName(strategy), dryRun);
  const warning = tooFewWords(asked.run);
  return { isDone: true, words: warning ? `${words}\n${warning}` : words, mustBeRead: warning !== undefined };
}
