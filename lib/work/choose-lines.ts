import type { GateAnswer, GateState } from '../gate/gate.ts';
import { type GateQuestion, gateAnswer } from '../gate/may-go-on.ts';
import { fixItemId } from './named-item-id.ts';
import type { WaitingList } from './waiting.ts';
import type { WorkLine } from './work-store.ts';

/** What a claimer knows of the gates; read anew when it turns out to be old. */
export interface Choice {
  gates: GateState;
  waiting: WaitingList;
}

/**
 * The lines whose gate is not shut, in their order; the others are noted as waiting. Of those that are too complex only the first
 * are let through, to be read and explained: thousands of them may stand before what can be done.
 */
export function chooseLines(lines: readonly WorkLine[], { gates, waiting }: Choice, now: Date): WorkLine[] {
  const ask = askEachOnce(gates, now);
  const fixes = new Set<string>(gates.holders.filter(({ mode }) => mode === 'stop').map(({ id }) => fixItemId(id)));
  return lines.filter(({ component, id, complexity }) => {
    // What mends the failure that stopped its component is handed out all the same.
    const answer = ask({ component, complexity, ...(fixes.has(id) && { workItemId: id }) });
    switch (answer.kind) {
      case 'go':
        return true;
      case 'split':
        return waiting.letsRead(component, answer);
      case 'hold':
      case 'stop':
        waiting.shut(component, answer);
        return false;
      default:
        return answer satisfies never;
    }
  });
}

/** Many lines ask the same of the gates: the answer to each question is worked out once. */
export function askEachOnce(gates: GateState, now: Date): (question: GateQuestion) => GateAnswer {
  const answers = new Map<string, GateAnswer>();
  return (question) => {
    const { component, complexity, workItemId } = question;
    const key = `${component} ${complexity} ${workItemId}`;
    const answer = answers.get(key) ?? gateAnswer(gates, question, now);
    answers.set(key, answer);
    return answer;
  };
}
