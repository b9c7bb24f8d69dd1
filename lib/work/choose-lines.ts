import type { GateAnswer, GateState } from '../gate/gate.ts';
import { gateAnswer } from '../gate/may-go-on.ts';
import { fixItemId } from './named-item-id.ts';
import type { WaitingList } from './waiting.ts';
import type { WorkLine } from './work-store.ts';

/** What a claimer knows of the gates; read anew when it turns out to be old. */
export interface Choice {
  gates: GateState;
  waiting: WaitingList;
}

/** The lines whose gate is not shut, in their order; the others are noted as waiting. One look at the gates a component. */
export function chooseLines(lines: readonly WorkLine[], { gates, waiting }: Choice, now: Date): WorkLine[] {
  const answers = new Map<string, GateAnswer>();
  const fixes = new Set<string>(gates.holders.filter(({ mode }) => mode === 'stop').map(({ id }) => fixItemId(id)));
  return lines.filter(({ component, id }) => {
    const known = answers.get(component) ?? gateAnswer(gates, { component }, now);
    answers.set(component, known);
    // What mends the failure that stopped its component is handed out all the same.
    const answer = fixes.has(id) ? gateAnswer(gates, { component, workItemId: id }, now) : known;
    if (answer.kind !== 'hold' && answer.kind !== 'stop') return true;
    waiting.shut(component, answer);
    return false;
  });
}
