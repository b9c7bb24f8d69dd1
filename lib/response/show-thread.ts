import type { TimelineEntry } from '../failure/failure.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { hash128 } from '../signal/hash.ts';
import { type Said, unclear } from './board.ts';
import { componentNames } from './card-content.ts';
import type { Content } from './content.ts';
import type { Desk } from './desk.ts';
import { postOnce } from './post-once.ts';
import type { ResponsePlan } from './protocol.ts';
import type { Round, ShowPorts } from './show-failure.ts';

/**
 * The thread tells the episode in order: one message a timeline entry, and one a recovery run, edited through its steps.
 * Undefined when all of it is there.
 */
export async function showThread(
  ports: ShowPorts,
  desk: Desk,
  { episode, plan }: { episode: number; plan: ResponsePlan | undefined },
): Promise<Round | undefined> {
  const { failure } = desk.stored;
  const isOver = episode < failure.episode;
  const runs = (await ports.runs.list(failure.id)).filter((run) => run.episode === episode);
  if (isOver || desk.card.threadedVersion < failure.version) {
    const entries = ofEpisode(await ports.failures.timeline(failure.id), episode);
    for (const entry of entries.filter(({ version }) => version > desk.card.threadedVersion)) {
      const run = entry.kind === 'recovery-requested' ? runs.find(({ id }) => id === entry.runId) : undefined;
      const problem = run ? await showRun(ports, desk, run) : await showEntry(ports, desk, { entry, plan });
      if (problem) return problem;
    }
    const last = isOver ? entries.at(-1)?.version : failure.version;
    if (last !== undefined && last > desk.card.threadedVersion) {
      await desk.save({ threadedVersion: last }, { drop: entryUnderWay(desk) ? ['posting'] : [] });
    }
  }
  for (const run of runs) {
    const problem = await showRun(ports, desk, run);
    if (problem) return problem;
  }
  return undefined;
}

/** The entries of one episode, oldest first, without the one that opened it: that is the card itself. */
function ofEpisode(timeline: TimelineEntry[], episode: number): TimelineEntry[] {
  const ordered = [...timeline].sort((a, b) => a.version - b.version);
  let current = 0;
  return ordered.filter(({ kind }) => {
    if (kind === 'opened' || kind === 'recurred') current++;
    return current === episode && kind !== 'opened' && kind !== 'recurred';
  });
}

async function showEntry(
  ports: ShowPorts,
  desk: Desk,
  { entry, plan }: { entry: TimelineEntry; plan: ResponsePlan | undefined },
): Promise<Round | undefined> {
  const place = desk.card.place;
  if (!place) return undefined;
  const { id: failureId } = desk.stored.failure;
  // A raise that the card's first post said already rang with that post.
  const isNews = entry.version > (desk.card.postedVersion ?? 0);
  const calls = isNews && entry.kind === 'level-raised' && plan?.card === 'mention' && plan.owner;
  const token = `${failureId}/${desk.card.episode}/${entry.version}`;
  const { posting } = desk.card;
  const posted = await postOnce(ports, {
    where: { channel: place.channel, threadTs: place.ts, level: desk.stored.failure.level },
    content: { kind: 'entry', entry: { failureId, entry, ...(calls && { mention: calls }) } },
    token,
    since: posting?.token === token ? posting.since : undefined,
    remember: (since) =>
      since === undefined ? desk.save({}, { drop: ['posting'] }) : desk.save({ posting: { token, since } }),
  });
  const problem = problemOf(ports, desk, posted);
  if (problem) return problem;
  await desk.save({ threadedVersion: entry.version }, { drop: ['posting'] });
  return undefined;
}

async function showRun(ports: ShowPorts, desk: Desk, run: RecoveryRun): Promise<Round | undefined> {
  const place = desk.card.place;
  if (!place) return undefined;
  const content: Content = {
    kind: 'run',
    run: { run, componentTitle: componentNames(ports.policy, run.component).title },
  };
  const shown = hash128(JSON.stringify(visible(run)));
  const message = desk.card.runMessages[run.id];
  const where = { channel: place.channel, threadTs: place.ts, level: desk.stored.failure.level };
  const remember = (change: { ts?: string; since?: number; shown?: string }) =>
    desk.save({ runMessages: { ...desk.card.runMessages, [run.id]: change } });
  if (message?.ts) {
    if (message.shown === shown) return undefined;
    const edited = await ports.board.edit({ ...where, ts: message.ts }, content, run.id);
    if (edited.kind === 'gone') {
      await remember({});
      return { kind: 'later', seconds: 1 };
    }
    const problem = problemOf(ports, desk, edited);
    if (problem) return problem;
    await remember({ ts: message.ts, shown });
    return undefined;
  }
  const posted = await postOnce(ports, {
    where,
    content,
    token: run.id,
    since: message?.since,
    remember: (since) => remember(since === undefined ? {} : { since }),
  });
  const problem = problemOf(ports, desk, posted);
  if (problem) return problem;
  if (posted.kind !== 'ok') return undefined;
  const { ts, how } = posted.value;
  await remember({ ts, ...(how !== 'found' && { shown }) });
  // Found: it says what was true when it was posted.
  return how === 'found' ? await showRun(ports, desk, run) : undefined;
}

/** A heartbeat changes the run, and nothing that anybody sees. */
function visible(run: RecoveryRun) {
  const { version: _version, lastAction: _action, ...rest } = run;
  return { ...rest, heartbeatAt: undefined, offeredAt: undefined };
}

function entryUnderWay(desk: Desk): boolean {
  return desk.card.posting?.token.split('/').length === 3;
}

/** A thread that takes no more messages must not keep the card from its dues; one that is slow must. */
function problemOf(ports: ShowPorts, desk: Desk, said: Said<unknown>): Round | undefined {
  switch (said.kind) {
    case 'ok':
      return undefined;
    case 'later':
      return said;
    case 'unsure':
      return unclear;
    case 'gone':
    case 'refused': {
      const code = said.kind === 'refused' ? said.code : 'gone';
      ports.log('thread refused a message', { failureId: desk.stored.failure.id, code });
      return undefined;
    }
    default:
      return said satisfies never;
  }
}
