import type { KnownBlock, RichTextSection } from '@slack/types';
import type { RunnerState } from '../../../recovery/runner-states.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import { clip, oneLine } from '../escape.ts';
import { howLong } from './durations.ts';
import type { Message } from './failure-card.ts';
import { bullets, date, richText, section, text } from './rich-text.ts';

/** More fit into one message, but nobody reads them; the others are counted. */
const most = 15;
/** For what each can do; who is there is said whatever room that leaves. */
const room = 3500;
const mostComponents = 12;

/** `/failure runners`: who is there, and loudly who is not. */
export function runnersMessage(states: RunnerState[]): Message {
  if (states.length === 0) {
    const words = 'No runner is declared, so nothing can be recovered from here. `runners` in kintsugi.yml names them.';
    return { text: words, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: words } }] };
  }
  const troubled = states.filter(({ state }) => state === 'quiet' || state === 'never').length;
  const heading = `Runners: ${states.length - troubled} of ${states.length} are there`;
  const rest = states.length - most;
  return {
    text: heading,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${heading}*` } },
      ...runnerBlocks(states.slice(0, most)),
      ...(rest > 0 ? [richText(section(text(`… and ${rest} more`)))] : []),
    ],
  };
}

function runnerBlocks(states: RunnerState[]): KnownBlock[] {
  let left = room;
  return states.map((state) => {
    const abilities = state.heard ? abilityLines(state.heard) : [];
    const length = JSON.stringify(abilities).length;
    if (length > left) return runnerBlock(state, []);
    left -= length;
    return runnerBlock(state, abilities);
  });
}

function runnerBlock(
  { name, state, heard, quietForMs = 0, hasKey }: RunnerState,
  abilities: RichTextSection[],
): KnownBlock {
  const head = section(
    text(`${icons[state]} ${name}`, { bold: true }),
    ...(state === 'quiet' ? [text(`: NOT HEARD FOR ${howLong(quietForMs).toUpperCase()}`, { bold: true })] : []),
    ...(state === 'never' ? [text(': NEVER HEARD', { bold: true })] : []),
    ...(heard
      ? [
          text(` · ${clip(oneLine(heard.release), 40)} on ${clip(oneLine(heard.host), 80)} · last heard `),
          date(heard.heardAt),
        ]
      : []),
  );
  const lines = [
    ...(state === 'quiet'
      ? [section(text('Is its host up? Nothing on it can be recovered until it speaks again.'))]
      : []),
    ...(state === 'never' ? [section(text('Start it on its host: '), text('kintsugi runner', { code: true }))] : []),
    ...(state === 'gone' ? [section(text('kintsugi.yml does not name it any more: it gets no work.'))] : []),
    ...(hasKey || state === 'gone'
      ? []
      : [
          section(
            text(`runners.${name}.publicKey`, { code: true }),
            text(' is missing in kintsugi.yml: its reports are refused.'),
          ),
        ]),
    ...(heard?.runId ? [section(text('At work on '), text(heard.runId, { code: true }))] : []),
    ...abilities,
  ];
  return richText(head, ...(lines.length > 0 ? [bullets(lines)] : []));
}

function abilityLines({ abilities, actions }: NonNullable<RunnerState['heard']>) {
  const components = [...new Set([...Object.keys(abilities), ...Object.keys(actions)])].sort();
  const left = components.length - mostComponents;
  const lines = components.slice(0, mostComponents).map((component) => {
    const can = (abilities[component] ?? []).map(strategyName).join(', ') || 'nothing yet';
    const named = actions[component] ?? [];
    const extra = named.length > 0 ? `; workarounds: ${named.join(', ')}` : '';
    return section(text(`${component}: `, { bold: true }), text(clip(can + extra, 250)));
  });
  return [...lines, ...(left > 0 ? [section(text(`… and ${left} components more`))] : [])];
}

const icons: Record<RunnerState['state'], string> = { here: '🟢', quiet: '⚠️', never: '⚠️', gone: '➖' };
