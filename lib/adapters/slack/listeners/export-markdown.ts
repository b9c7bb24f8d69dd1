import type { Actor, FailureId } from '../../../failure/ids.ts';
import { postMortemFrom } from '../../../postmortem/post-mortem.ts';
import { exportPostMortem, exportReport } from '../../../report/export-report.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { textPieces } from '../cards/text-pieces.ts';
import { noFailureText } from '../refusal-texts.ts';
import type { SlackPorts } from './slack-ports.ts';

/** The whole report as Markdown, to be copied. */
export async function exportMarkdown(ports: SlackPorts, failureId: FailureId): Promise<PrivateAnswer[]> {
  const markdown = await withNames(ports, (nameOf) => exportReport(ports, { failureId, nameOf }));
  if (markdown === undefined) return [{ text: noFailureText(failureId) }];
  return textPieces(markdown, {
    heading: `Report of ${failureId} as Markdown`,
    elsewhere: wholeExport(failureId),
  });
}

/** The newest post-mortem as Markdown, and where people write in it. */
export async function showPostMortem(ports: SlackPorts, failureId: FailureId): Promise<PrivateAnswer[]> {
  const shown = await withNames(ports, (nameOf) => exportPostMortem(ports, { failureId, nameOf }));
  if (!shown) return [{ text: noFailureText(failureId) }];
  const { failure, episode, markdown } = shown;
  if (markdown === undefined) {
    const text = `${failureId} has no post-mortem: one opens at level ${postMortemFrom} and up. \`/failure export ${failureId}\` has its report.`;
    return [{ text }];
  }
  const isOfNow = episode === failure.episode;
  const which = isOfNow ? '' : ` of episode ${episode}: episode ${failure.episode} has none yet`;
  const pieces = textPieces(markdown, {
    heading: `Post-mortem of ${failureId}${which}`,
    elsewhere: wholeExport(failureId),
  });
  const how = `To write in it: \`/failure edit ${failureId}\`. Root cause, prevention and lessons of the report stand in it.`;
  return pieces.map((piece, at) =>
    isOfNow && at === pieces.length - 1 ? { ...piece, blocks: [...(piece.blocks ?? []), mrkdwn(how)] } : piece,
  );
}

/** People stand in it by name: an id says nothing outside Slack. Written once to see who they are. */
async function withNames<T>(
  ports: SlackPorts,
  write: (nameOf: (person: Actor) => string | undefined) => Promise<T>,
): Promise<T> {
  const people = new Set<string>();
  const unnamed = await write((person) => {
    people.add(person);
    return undefined;
  });
  const names = people.size > 0 ? await ports.askNames?.([...people]) : undefined;
  return names ? await write((person) => names.get(person)) : unnamed;
}

export const wholeExport = (failureId: FailureId): string => `kintsugi export ${failureId} prints all of it.`;
