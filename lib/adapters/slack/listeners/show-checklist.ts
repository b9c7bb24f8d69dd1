import { type Checklist, isDone } from '../../../checklist/checklist.ts';
import { type Changed, closeChecklist, openChecklist, tickBoxes } from '../../../checklist/use-checklist.ts';
import { closest } from '../../../closest.ts';
import { type Forbidden, mayNotStart } from '../../../recovery/may-start.ts';
import { componentNames } from '../../../response/card-content.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { checklistMessage } from '../cards/checklist-message.ts';
import type { Message } from '../cards/failure-card.ts';
import { unregistered } from '../cards/gates-message.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { escapeMrkdwn } from '../escape.ts';
import { withNames } from '../public-answer.ts';
import { forbiddenText } from '../refusal-texts.ts';
import { gateLevel } from './handle-tool-click.ts';
import type { SlackPorts } from './slack-ports.ts';

/** `/failure checklist shop`: the one that people are at, or a new one. */
export async function showChecklist(
  ports: SlackPorts,
  { component, by, isPublic }: { component: string; by: string; isPublic: boolean },
): Promise<Message> {
  const newest = await ports.checklists.newest(component);
  if (!newest && !(await isKnown(ports, component))) {
    const words = unregistered(component, closest(component, Object.keys(ports.policy.components)));
    return { text: words, blocks: [mrkdwn(words)] };
  }
  if (!newest || newest.closed || isDone(newest)) {
    const forbidden = await mayNotStart(ports, { by, level: gateLevel });
    if (forbidden) {
      const text = `${forbiddenText(forbidden)} No checklist of *${escapeMrkdwn(component)}* is open.`;
      return { text, blocks: [mrkdwn(text)] };
    }
  }
  const { checklist } = await openChecklist(ports, { component, by });
  const { text, blocks } = await draw(ports, checklist, { isPublic });
  return { text, blocks };
}

/** Somebody pressed check boxes: what they pressed is written, and all of it drawn as it is now. */
export async function tickAs(
  ports: SlackPorts,
  { by, ...press }: { component: string; number: number; on: number[]; off: number[]; by: string },
): Promise<Message> {
  const { component, number } = press;
  const forbidden = await mayNotTick(ports, { by, ...press });
  if (forbidden) {
    const checklist = await ports.checklists.get(component, number);
    const text = `${forbiddenText(forbidden)} An ❗ opens or shuts the gate.`;
    return checklist ? draw(ports, checklist, { news: text }) : gone(component);
  }
  return afterChange(ports, component, await tickBoxes(ports, { by, ...press }));
}

export async function closeAs(
  ports: SlackPorts,
  { component, number, by, anew }: { component: string; number: number; by: string; anew: boolean },
): Promise<Message> {
  const forbidden = await mayNotStart(ports, { by, level: gateLevel });
  if (forbidden) {
    const checklist = await ports.checklists.get(component, number);
    return checklist ? draw(ports, checklist, { news: forbiddenText(forbidden) }) : gone(component);
  }
  if (!anew) return afterChange(ports, component, await closeChecklist(ports, { component, number, by }));
  const { checklist } = await openChecklist(ports, { component, by, anew: number });
  return draw(ports, checklist, {});
}

/** A box that holds the gate is for whom the gate is for; the others are for everybody. */
async function mayNotTick(
  ports: SlackPorts,
  { component, number, on, off, by }: { component: string; number: number; on: number[]; off: number[]; by: string },
): Promise<Forbidden | undefined> {
  const checklist = await ports.checklists.get(component, number);
  const holds = [...on, ...off].some((place) => checklist?.boxes[place]?.required);
  return holds ? mayNotStart(ports, { by, level: gateLevel }) : undefined;
}

async function afterChange(ports: SlackPorts, component: string, changed: Changed): Promise<Message> {
  if (changed.kind === 'unknown') return gone(component);
  const news = {
    closed: 'It was closed before: nothing was changed.',
    over: `It is over, and nothing was changed: a newer one was started since. \`/failure checklist ${component}\` shows it.`,
  };
  const said = changed.kind === 'closed' || changed.kind === 'over' ? news[changed.kind] : undefined;
  return draw(ports, changed.checklist, { news: said, isOver: changed.kind === 'over' });
}

/** People by name: who ticked is not rung with each press. */
async function draw(
  ports: Pick<SlackPorts, 'policy' | 'ids' | 'askNames' | 'checklists'>,
  checklist: Checklist,
  { news, isPublic, isOver = false }: { news?: string | undefined; isPublic?: boolean; isOver?: boolean },
): Promise<Message & Pick<PrivateAnswer, 'newer'>> {
  const { component, number, rev } = checklist;
  const { title } = componentNames(ports.policy, component);
  const drawn = ports.ids.actionId().slice(0, 8);
  const shown = checklistMessage(checklist, { title, drawn, isOver, ...(isPublic !== undefined && { isPublic }) });
  const { message } = await withNames(ports, shown);
  const newer = async () => {
    const now = await ports.checklists.get(component, number);
    return now && now.rev !== rev ? { ...(await draw(ports, now, { isOver })), replaces: true } : undefined;
  };
  return { ...message, newer, ...(news && { blocks: [mrkdwn(news), ...message.blocks] }) };
}

/** A name that is mistyped gets no checklist of its own. */
async function isKnown({ policy, failures, checklists }: SlackPorts, component: string): Promise<boolean> {
  if (Object.hasOwn(policy.components, component)) return true;
  const [open, lessons] = await Promise.all([
    failures.listOpen({ component, limit: 1 }),
    checklists.lessons(component),
  ]);
  return open.failures.length + lessons.length > 0;
}

function gone(component: string): Message {
  const text = `That checklist is not kept any more. \`/failure checklist ${component}\` starts a new one.`;
  return { text, blocks: [mrkdwn(text)] };
}
