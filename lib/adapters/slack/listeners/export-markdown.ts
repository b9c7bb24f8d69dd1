import type { FailureId } from '../../../failure/ids.ts';
import { exportReport } from '../../../report/export-report.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { textPieces } from '../cards/text-pieces.ts';
import { noFailureText } from '../refusal-texts.ts';
import type { SlackPorts } from './slack-ports.ts';

/** The whole report as Markdown, to be copied. People stand in it by name: an id says nothing outside Slack. */
export async function exportMarkdown(ports: SlackPorts, failureId: FailureId): Promise<PrivateAnswer[]> {
  const people = new Set<string>();
  const collect = (person: string) => {
    people.add(person);
    return undefined;
  };
  const unnamed = await exportReport(ports, { failureId, nameOf: collect });
  if (unnamed === undefined) return [{ text: noFailureText(failureId) }];
  const names = people.size > 0 ? await ports.askNames?.([...people]) : undefined;
  const markdown = names ? await exportReport(ports, { failureId, nameOf: (person) => names.get(person) }) : unnamed;
  return textPieces(markdown ?? unnamed, {
    heading: `Report of ${failureId} as Markdown`,
    elsewhere: wholeExport(failureId),
  });
}

export const wholeExport = (failureId: FailureId): string => `kintsugi export ${failureId} prints all of it.`;
