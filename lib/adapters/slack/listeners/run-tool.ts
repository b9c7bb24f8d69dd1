import { fileSignal } from '../../../failure/file-signal.ts';
import type { FailureId } from '../../../failure/ids.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { requestRecovery } from '../../../recovery/request-recovery.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import { cardOf } from '../../../response/card-content.ts';
import { hindranceTo } from '../../../response/offers.ts';
import { parseSignal } from '../../../signal/parse-signal.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { unregistered } from '../cards/gates-message.ts';
import { closest } from '../did-you-mean.ts';
import { escapeMrkdwn } from '../escape.ts';
import { forbiddenText, hindranceText, recoveryRefusedText } from '../refusal-texts.ts';
import { namePeople } from './name-people.ts';
import type { SlackPorts } from './slack-ports.ts';

export interface ToolRequest {
  tool: 'diagnose' | 'clean';
  component: string;
  dryRun: boolean;
  by: string;
  /** Slack's own name for this command: the same one files one check-up. */
  commandId: string;
}

/** From here on a failure has a card, and in its thread the steps and what was found are shown. */
const lowestLevel = 2;

/**
 * `/failure diagnose shop`, `/failure clean shop`: on the worst that is open there, so that what is found stands beside what
 * is wrong. With nothing open a check-up is filed in the asker's name, and the tool runs on that.
 */
export async function runTool(ports: SlackPorts, request: ToolRequest): Promise<PrivateAnswer> {
  const { tool, component, dryRun, by } = request;
  const names = Object.keys(ports.policy.components);
  if (!names.includes(component)) return { text: unregistered(component, closest(component, names)) };
  // Slack waits 3 s: what need not wait for another is asked at once.
  const [runners, worst] = await Promise.all([ports.runners.list(), worstOpen(ports, component)]);
  const place = { level: lowestLevel, status: 'open', component } as const;
  const hindrance = hindranceTo(tool, ports.policy, place, { runners });
  if (hindrance) return { text: hindranceText(hindrance, strategyName(tool).toLowerCase()) };
  if (!worst) {
    // Before anything is filed for it.
    const forbidden = await mayNotStart(ports, { by, level: lowestLevel });
    if (forbidden) return { text: forbiddenText(await namePeople(ports, forbidden)) };
  }
  const failureId = worst ?? (await fileCheckUp(ports, request));
  const [asked, stored] = await Promise.all([
    requestRecovery(ports, { failureId, by, strategy: tool, dryRun }),
    worst && ports.failures.get(worst),
  ]);
  if (asked.kind === 'refused') return { text: recoveryRefusedText(await namePeople(ports, asked)) };
  const permalink = stored && cardOf(stored, stored.failure.episode)?.[1].place?.permalink;
  return { text: startedWords(request, { failureId, isCheckUp: worst === undefined, permalink }) };
}

async function worstOpen({ failures }: SlackPorts, component: string): Promise<FailureId | undefined> {
  const page = await failures.listOpen({ component, minLevel: lowestLevel, limit: 1 });
  return page.failures[0]?.failure.id;
}

async function fileCheckUp(ports: SlackPorts, { component, by, commandId }: ToolRequest): Promise<FailureId> {
  const now = ports.now();
  const body = JSON.stringify({
    version: 1,
    id: `slack-checkup-${commandId}`.slice(0, 128),
    occurredAt: now.toISOString(),
    component,
    kind: 'check-up',
    summary: 'Check-up asked for by hand',
    details: 'Nobody reported that something is broken. Somebody asked for a look at it.',
  });
  const parsed = await parseSignal(body, { redact: ports.redact, now });
  return fileSignal(ports, { source: 'slack', reporter: by, ...parsed });
}

function startedWords(
  { tool, component, dryRun }: ToolRequest,
  { failureId, isCheckUp, permalink }: { failureId: FailureId; isCheckUp: boolean; permalink: string | undefined },
): string {
  const name = dryRun ? `A dry run of ${strategyName(tool)}` : strategyName(tool);
  const where = permalink ? `<${permalink}|Open its card>` : `\`/failure show ${failureId}\` finds it.`;
  const on = isCheckUp ? `filed as *${failureId}*, a check-up` : `on *${failureId}*, the worst that is open there`;
  return `⏳ ${name} of ${escapeMrkdwn(component)} is asked for, ${on}. Its steps and what it finds appear in the thread of the card. ${where}`;
}
