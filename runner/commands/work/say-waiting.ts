import type { GateHolder } from '../../../lib/gate/gate.ts';
import type { Waiting } from '../../../lib/work/waiting.ts';
import { exitCodes } from './work-options.ts';

const because = (holders: readonly GateHolder[]) =>
  holders.map(({ scope, reason, opens }) => `${scope}: ${reason} (${opens})`).join('; ');
const items = (count: number) => (count === 1 ? '1 item' : `${count} items`);

/** One line for each reason why something waits. */
export function waitingLine(waiting: Waiting): string {
  switch (waiting.why) {
    case 'hold': {
      const until = waiting.until === undefined ? '' : ` until ${waiting.until}`;
      return `${items(waiting.items)} of ${waiting.component} wait${until}. ${because(waiting.holders)}`;
    }
    case 'stop':
      return `${items(waiting.items)} of ${waiting.component} are stopped. ${because(waiting.holders)}`;
    case 'split': {
      const { id, title } = waiting.item;
      return `${id} is too complex to be tried as it is (${waiting.score} of 10): kintsugi decompose ${id}. ${title}`;
    }
    case 'split-too':
      return `${items(waiting.items)} more of ${waiting.component} are too complex to be tried as they are: kintsugi queue --component ${waiting.component} shows them`;
    default:
      return waiting satisfies never;
  }
}

/** What ends by itself is worth waiting for; the rest needs a person. */
export function waitingCode(waiting: readonly Waiting[]): number {
  if (waiting.length === 0) return exitCodes.empty;
  return waiting.some(({ why }) => why === 'hold') ? exitCodes.hold : exitCodes.stop;
}
