import { episodeEntries, opensEpisode } from '../failure/episode-entries.ts';
import type { TimelineEntry } from '../failure/timeline-entry.ts';
import { Mention } from '../policy/policy.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import type { Desk } from './desk.ts';
import { problemOf } from './keep-message.ts';
import { postOnce } from './post-once.ts';
import type { ResponsePlan } from './protocol.ts';
import { ringFor } from './rings.ts';
import { isShortOfRoom, soonest } from './rounds.ts';
import type { Round, ShowPorts } from './show-failure.ts';
import { showRun } from './show-run.ts';

/**
 * The thread tells the episode in order: one message a timeline entry, and one a recovery run, edited through its steps.
 * Undefined when all of it is there.
 */
export async function showThread(
  ports: ShowPorts,
  desk: Desk,
  { episode, plan, runs: all }: { episode: number; plan: ResponsePlan | undefined; runs: RecoveryRun[] },
): Promise<Round | undefined> {
  const { failure } = desk.stored;
  const isOver = episode < failure.episode;
  const runs = all.filter((run) => run.episode === episode);
  const isThere = ({ id }: RecoveryRun) => desk.card.runMessages[id]?.ts !== undefined;
  if (isOver || desk.card.threadedVersion < failure.version) {
    // The one that opened it is the card itself.
    const entries = episodeEntries(await ports.failures.timeline(failure.id), episode).filter(
      (entry) => !opensEpisode(entry),
    );
    for (const entry of entries.filter(({ version, isQuiet }) => version > desk.card.threadedVersion && !isQuiet)) {
      const run = entry.kind === 'recovery-requested' ? runs.find(({ id }) => id === entry.runId) : undefined;
      const problem = run
        ? await showRun(ports, desk, run, { runs, isOver })
        : await showEntry(ports, desk, { entry, plan });
      // A run that stands there and waits for its edit is come back to below: what came after it is told meanwhile.
      const isOnlyBehind = run !== undefined && isThere(run) && problem !== undefined && isShortOfRoom(problem);
      if (problem && !isOnlyBehind) return problem;
    }
    const last = isOver ? entries.at(-1)?.version : failure.version;
    if (last !== undefined && last > desk.card.threadedVersion) {
      await desk.save({ threadedVersion: last }, { drop: entryUnderWay(desk) ? ['posting'] : [] });
    }
  }
  const problems: Round[] = [];
  // What is not there yet comes in order. An edit that must wait holds up no other, and the newest is what people look at.
  for (const run of [...runs.filter((one) => !isThere(one)), ...runs.filter(isThere).toReversed()]) {
    const problem = await showRun(ports, desk, run, { runs, isOver });
    if (!problem) continue;
    problems.push(problem);
    if (!isThere(run) || !isShortOfRoom(problem)) break;
  }
  return soonest(problems);
}

async function showEntry(
  ports: ShowPorts,
  desk: Desk,
  { entry, plan }: { entry: TimelineEntry; plan: ResponsePlan | undefined },
): Promise<Round | undefined> {
  const place = desk.card.place;
  if (!place) return undefined;
  const { id: failureId } = desk.stored.failure;
  const named = Mention.safeParse(entry.mention);
  const wanted = named.success ? [named.data] : isRaise(entry, desk) && plan?.card === 'mention' ? plan.mention : [];
  // Who raised it knows.
  const others = wanted.filter((one) => one !== entry.by);
  const ring = await ringFor(ports, desk, others);
  const token = `${failureId}/${desk.card.episode}/${entry.version}`;
  const { posting } = desk.card;
  const posted = await postOnce(ports, {
    where: { channel: place.channel, threadTs: place.ts, level: desk.stored.failure.level },
    content: { kind: 'entry', entry: { failureId, entry, ...(ring.mention && { mention: ring.mention }) } },
    token,
    since: posting?.token === token ? posting.since : undefined,
    remember: (since) =>
      since === undefined ? desk.save({}, { drop: ['posting'] }) : desk.save({ posting: { token, since } }),
  });
  const problem = problemOf(ports, desk, posted);
  if (problem) return problem;
  await desk.save(
    { threadedVersion: entry.version, ...(posted.kind === 'ok' && ring.remembered) },
    { drop: ['posting'] },
  );
  return undefined;
}

/** To the level as it is now, by signals or by a person. What the card's first post said already rang with that post. */
function isRaise({ kind, version, before, after }: TimelineEntry, { card, stored: { failure } }: Desk): boolean {
  const isSurpassed = after?.level !== undefined && after.level !== failure.level;
  if (version <= (card.postedVersion ?? 0) || isSurpassed) return false;
  return kind === 'level-raised' || (kind === 'regraded' && Number(before?.level) < failure.level);
}

function entryUnderWay(desk: Desk): boolean {
  return desk.card.posting?.token.split('/').length === 3;
}
