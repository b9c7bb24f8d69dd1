import type { GateAnswer, GateHolder } from '../gate/gate.ts';
import type { WorkItem } from './work-item.ts';

/** Why something that is pending is not handed out. */
export type Waiting =
  | { why: 'hold'; component: string; items: number; until?: string; holders: GateHolder[] }
  | { why: 'stop'; component: string; items: number; holders: GateHolder[] }
  /** Too complex to be tried again as it is: to be decomposed. */
  | { why: 'split'; item: WorkItem; score: number; reasons: string[]; holders: GateHolder[] }
  /** The same, and more of them than anybody reads. */
  | { why: 'split-too'; component: string; items: number; holders: GateHolder[] };

export interface WaitingList {
  shut(component: string, answer: Extract<GateAnswer, { kind: 'hold' | 'stop' }>): void;
  tooComplex(waiting: Omit<Extract<Waiting, { why: 'split' }>, 'why'>): void;
  /** Whether this one, which is too complex, is to be read and explained. Else it is counted here. */
  letsRead(component: string, answer: Extract<GateAnswer, { kind: 'split' }>): boolean;
  all(): Waiting[];
}

const mostExplained = 20;

export function createWaitingList(): WaitingList {
  const byComponent = new Map<string, Extract<Waiting, { why: 'hold' | 'stop' }>>();
  const split: Waiting[] = [];
  const splitToo = new Map<string, Extract<Waiting, { why: 'split-too' }>>();
  let explained = 0;
  return {
    shut(component, answer) {
      const items = (byComponent.get(component)?.items ?? 0) + 1;
      const { holders } = answer;
      byComponent.set(
        component,
        answer.kind === 'stop'
          ? { why: 'stop', component, items, holders }
          : { why: 'hold', component, items, holders, ...(answer.until === undefined ? {} : { until: answer.until }) },
      );
    },
    tooComplex(waiting) {
      split.push({ why: 'split', ...waiting });
    },
    letsRead(component, { holders }) {
      explained += 1;
      if (explained <= mostExplained) return true;
      const items = (splitToo.get(component)?.items ?? 0) + 1;
      splitToo.set(component, { why: 'split-too', component, items, holders });
      return false;
    },
    all: () => [...byComponent.values(), ...split, ...splitToo.values()],
  };
}
