import type { Later } from './board.ts';
import type { Round } from './show-failure.ts';

/** Slack answers, and only this message must wait for its turn. */
export function isShortOfRoom(round: Round): round is Later {
  return round.kind === 'later' && !round.isDown;
}

/** What a go at several messages comes to: what keeps it from going on at all, else the first time that one of them has room. */
export function soonest(rounds: (Round | undefined)[]): Round | undefined {
  const problems = rounds.filter((round) => round !== undefined);
  const waits = problems.filter(isShortOfRoom).sort((a, b) => a.seconds - b.seconds);
  return problems.find((round) => !isShortOfRoom(round)) ?? waits[0];
}
