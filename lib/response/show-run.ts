import { gravestLevel, isEnded } from '../failure/failure.ts';
import { isProposal } from '../recovery/approvals.ts';
import { neverHeld } from '../recovery/never-held.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { isHeldBy } from '../recovery/run-states.ts';
import { strategies } from '../recovery/strategies.ts';
import type { Level } from '../signal/signal.ts';
import { componentNames } from './card-content.ts';
import type { ApprovalView, Content } from './content.ts';
import type { Desk } from './desk.ts';
import { keepMessage } from './keep-message.ts';
import { approversOf } from './protocol.ts';
import { ringFor } from './rings.ts';
import { isShortOfRoom, soonest } from './rounds.ts';
import type { Round, ShowPorts } from './show-failure.ts';

/** What is waited for by people is posted with what is worst. */
const reserved: Level = 4;

/** A recovery run's message in the thread, and beside it the one that asks for approvals. */
export async function showRun(
  ports: ShowPorts,
  desk: Desk,
  run: RecoveryRun,
  { runs, isOver }: { runs: RecoveryRun[]; isOver: boolean },
): Promise<Round | undefined> {
  const { place } = desk.card;
  if (!place || isTwin(desk, run, runs) || isUndecided(desk, run)) return undefined;
  const { failure } = desk.stored;
  const where = { channel: place.channel, threadTs: place.ts, level: failure.level };
  const componentTitle = componentNames(ports.policy, run.component).title;
  const undoneBy = runs.find(({ order, state }) => order.undoes === run.id && !nothingDone.includes(state))?.id;
  // What is resolved is taken back only where this run resolved it.
  const isStanding = !isEnded(failure) || (failure.status === 'resolved' && failure.runId === run.id);
  const canUndo = 'canUndo' in run && run.canUndo && isStanding && !isOver && !undoneBy;
  const extra = { isOver, canUndo, ...(undoneBy && { undoneBy }) };
  const waits = await keepMessage(ports, desk, {
    key: run.id,
    token: run.id,
    where,
    content: { kind: 'run', run: { run, componentTitle, ...extra } },
    seen: { ...visible(run), ...extra, isOver: isOver || undefined },
  });
  if (waits && !isShortOfRoom(waits)) return waits;
  const key = `${run.id}/approval`;
  // It is asked for once; whoever looks later finds the answer in the same place.
  if (run.state !== 'awaiting-approval' && !desk.card.runMessages[key]) return waits;
  const { mayApprove, mention } = approversOf(ports.policy, failure.component);
  const approval: ApprovalView = {
    run,
    componentTitle,
    failureTitle: failure.title,
    level: failure.level,
    ...(gravestLevel(failure) > failure.level && { worstLevel: gravestLevel(failure) }),
    isOver,
    mayApprove,
  };
  const content: Content = { kind: 'approval', approval };
  const { steps: _steps, ...seen } = visible(run);
  const asked = await keepMessage(ports, desk, {
    key,
    token: key,
    where: { ...where, level: Math.max(failure.level, reserved) as Level },
    content,
    async first() {
      // A proposal comes with the card that called them a moment ago; what a person asks for is news to the others.
      const others = mention.filter((one) => one !== run.requestedBy);
      const ring = await ringFor(ports, desk, others, { unlessRecent: isProposal(run) });
      const called = ring.mention ? { mention: ring.mention } : {};
      return { content: { kind: 'approval', approval: { ...approval, ...called } }, remembered: ring.remembered };
    },
    seen: { ...approval, run: seen },
  });
  return soonest([waits, asked]);
}

/** Asked for twice at once, it is one thing for people: what lost before anybody saw it is no news. */
function isTwin({ card }: Desk, run: RecoveryRun, runs: RecoveryRun[]): boolean {
  if (!neverHeld(run) || card.runMessages[run.id] || card.posting?.token === run.id) return false;
  const question = ({ strategy, dryRun, order }: RecoveryRun) => JSON.stringify([strategy, dryRun, order]);
  return runs.some((other) => !neverHeld(other) && question(other) === question(run));
}

/** Whether it takes the failure's hold is not decided yet. The write that takes it makes this be shown again. */
function isUndecided({ card, stored }: Desk, run: RecoveryRun): boolean {
  if (run.state !== 'requested' || run.dryRun || strategies[run.strategy].isReadOnly) return false;
  const { failure } = stored;
  const isOpen = !isEnded(failure) && failure.episode === run.episode;
  const mayTakeIt = isOpen && !isHeldBy(failure, run);
  return mayTakeIt && !card.runMessages[run.id] && card.posting?.token !== run.id;
}

const nothingDone: RecoveryRun['state'][] = ['failed', 'cancelled', 'declined', 'expired'];

/** A heartbeat changes the run, and nothing that anybody sees. */
function visible(run: RecoveryRun) {
  const { version: _version, lastAction: _action, ...rest } = run;
  return { ...rest, heartbeatAt: undefined, offeredAt: undefined };
}
