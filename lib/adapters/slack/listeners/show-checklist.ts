import { type Checklist, heldBy, isDone } from '../../../checklist/checklist.ts';
import { keepChecklistGate } from '../../../checklist/keep-checklist-gate.ts';
import { type Changed, closeChecklist, nextBoxes, openChecklist, tickBoxes } from '../../../checklist/use-checklist.ts';
import { closest } from '../../../closest.ts';
import { type Forbidden, mayNotStart } from '../../../recovery/may-start.ts';
import { componentNames } from '../../../response/card-content.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { checklistPreview } from '../cards/checklist-preview.ts';
import type { Message } from '../cards/failure-card.ts';
import { unregistered } from '../cards/gates-message.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { escapeMrkdwn } from '../escape.ts';
import { forbiddenText } from '../refusal-texts.ts';
import { drawChecklist } from './draw-checklist.ts';
import { gateLevel } from './handle-tool-click.ts';
import { namePeople } from './name-people.ts';
import type { SlackPorts } from './slack-ports.ts';

/** Who pressed, and the channel in which everybody sees that message; none when only they do. */
interface Press {
  by: string;
  seenIn: string | undefined;
}
interface Place {
  component: string;
  number: number;
}

/** `/failure checklist shop`: the one that people are at, or a new one. One that would shut the gate is started by a press. */
export async function showChecklist(
  ports: SlackPorts,
  { component, by, isPublic }: { component: string; by: string; isPublic: boolean },
): Promise<PrivateAnswer> {
  const newest = await ports.checklists.newest(component);
  if (newest && !newest.closed && !isDone(newest)) {
    await keepChecklistGate(ports, newest);
    return asAnswer(ports, newest, isPublic);
  }
  if (!newest && !(await isKnown(ports, component))) {
    return said(unregistered(component, closest(component, Object.keys(ports.policy.components))));
  }
  const boxes = await nextBoxes(ports, component);
  if (heldBy({ boxes, ticks: {} }).length > 0) {
    const { title } = componentNames(ports.policy, component);
    return { ...checklistPreview(boxes, { component, title }), ...(isPublic && { about: learnedFrom({ boxes }) }) };
  }
  const forbidden = await mayNotStart(ports, { by, level: gateLevel });
  if (forbidden) {
    const words = forbiddenText(await namePeople(ports, forbidden));
    return said(`${words} No checklist of *${escapeMrkdwn(component)}* is open.`);
  }
  const { checklist } = await openChecklist(ports, { component, by });
  return asAnswer(ports, checklist, isPublic);
}

/** The answer to a command, which is not edited by itself; for everybody, it says whose words are in it. */
async function asAnswer(ports: SlackPorts, checklist: Checklist, isPublic: boolean): Promise<PrivateAnswer> {
  const { text, blocks = [] } = await drawChecklist(ports, checklist, { seenIn: undefined, isOffered: !isPublic });
  return { text, blocks, ...(isPublic && { about: learnedFrom(checklist) }) };
}

const learnedFrom = ({ boxes }: Pick<Checklist, 'boxes'>) =>
  boxes.flatMap(({ learned }) => (learned ? [learned.failureId] : []));

export async function startAs(
  ports: SlackPorts,
  { component }: Pick<Place, 'component'>,
  { by, seenIn }: Press,
): Promise<PrivateAnswer> {
  const forbidden = await mayNotStart(ports, { by, level: gateLevel });
  if (forbidden) return said(forbiddenText(await namePeople(ports, forbidden)));
  const { checklist } = await openChecklist(ports, { component, by });
  return drawChecklist(ports, checklist, { seenIn });
}

/** Somebody pressed check boxes: what they pressed is written, and all of it drawn as it is now. */
export async function tickAs(
  ports: SlackPorts,
  press: Place & { on: number[]; off: number[] },
  { by, seenIn }: Press,
): Promise<PrivateAnswer> {
  const { component, number, on, off } = press;
  const forbidden = await mayNotTick(ports, press, by);
  if (forbidden) {
    const words = forbiddenText(await namePeople(ports, forbidden));
    return unchanged(ports, press, { seenIn, news: `${words} An ❗ opens or shuts the gate.` });
  }
  return afterChange(ports, component, await tickBoxes(ports, { component, number, on, off, by }), seenIn);
}

export async function closeAs(
  ports: SlackPorts,
  { component, number, anew }: Place & { anew: boolean },
  { by, seenIn }: Press,
): Promise<PrivateAnswer> {
  const forbidden = await mayNotStart(ports, { by, level: gateLevel });
  if (forbidden) {
    return unchanged(ports, { component, number }, { seenIn, news: forbiddenText(await namePeople(ports, forbidden)) });
  }
  if (!anew) return afterChange(ports, component, await closeChecklist(ports, { component, number, by }), seenIn);
  const { checklist } = await openChecklist(ports, { component, by, anew: number });
  return drawChecklist(ports, checklist, { seenIn });
}

/** A box that holds the gate is for whom the gate is for; the others are for everybody. */
async function mayNotTick(
  ports: SlackPorts,
  { component, number, on, off }: Place & { on: number[]; off: number[] },
  by: string,
): Promise<Forbidden | undefined> {
  const checklist = await ports.checklists.get(component, number);
  const holds = [...on, ...off].some((place) => checklist?.boxes[place]?.required);
  return holds ? mayNotStart(ports, { by, level: gateLevel }) : undefined;
}

/** Slack goes on showing what was pressed: it is drawn as it was. */
async function unchanged(
  ports: SlackPorts,
  { component, number }: Place,
  how: { seenIn: string | undefined; news: string },
): Promise<PrivateAnswer> {
  const checklist = await ports.checklists.get(component, number);
  return checklist ? drawChecklist(ports, checklist, how) : said(goneText(component));
}

async function afterChange(
  ports: SlackPorts,
  component: string,
  changed: Changed,
  seenIn: string | undefined,
): Promise<PrivateAnswer> {
  if (changed.kind === 'unknown') return { ...said(goneText(component)), replaces: true };
  const texts = {
    closed: 'It was closed before: nothing was changed.',
    over: `It is over, and nothing was changed: a newer one was started since. \`/failure checklist ${component}\` shows it.`,
  };
  const news = changed.kind === 'closed' || changed.kind === 'over' ? texts[changed.kind] : undefined;
  return drawChecklist(ports, changed.checklist, { seenIn, news, isOver: changed.kind === 'over' });
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

const goneText = (component: string) =>
  `That checklist is not kept any more. \`/failure checklist ${component}\` starts a new one.`;

const said = (text: string): Message => ({ text, blocks: [mrkdwn(text)] });
