import type { FailureId } from '../../../failure/failure.ts';
import { exportReport } from '../../../report/export-report.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { isPerson } from '../cards/rich-text.ts';
import { textPieces } from '../cards/text-pieces.ts';
import { noFailureText } from '../texts.ts';
import type { SlackPorts } from './slack-ports.ts';

/** The whole report as Markdown, to be copied. People stand in it by name: an id says nothing outside Slack. */
export async function exportMarkdown(ports: SlackPorts, failureId: FailureId): Promise<PrivateAnswer[]> {
  const people = new Set<string>();
  const byId = (by: string) => {
    if (isPerson(by)) people.add(by);
    return by;
  };
  const unnamed = await exportReport(ports, { failureId, nameOf: byId });
  if (unnamed === undefined) return [{ text: noFailureText(failureId) }];
  const names = people.size > 0 ? await ports.askNames?.([...people]) : undefined;
  const markdown = names ? await exportReport(ports, { failureId, nameOf: (by) => names.get(by) ?? by }) : unnamed;
  return textPieces(markdown ?? unnamed, {
    heading: `Report of ${failureId} as Markdown`,
    elsewhere: wholeExport(failureId),
  });
}

export const wholeExport = (failureId: FailureId): string => `kintsugi export ${failureId} prints all of it.`;
