import { get } from 'node-emoji';

// Slack's own short names where they differ from the ones node-emoji knows.
const slackNames: Record<string, string> = {
  thumbsup: '👍',
  thumbsdown: '👎',
  simple_smile: '🙂',
  large_red_circle: '🔴',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  large_green_circle: '🟢',
  large_purple_circle: '🟣',
  large_brown_circle: '🟤',
  large_red_square: '🟥',
  large_orange_square: '🟧',
  large_yellow_square: '🟨',
  large_green_square: '🟩',
  large_blue_square: '🟦',
  large_purple_square: '🟪',
  octagonal_sign: '🛑',
  hammer_and_wrench: '🛠️',
  memo: '📝',
  pencil: '📝',
  lower_left_crayon: '🖍️',
  spiral_note_pad: '🗒️',
  card_index_dividers: '🗂️',
  file_cabinet: '🗄️',
  wastebasket: '🗑️',
  ladybug: '🐞',
  adhesive_bandage: '🩹',
  test_tube: '🧪',
  toolbox: '🧰',
  broom: '🧹',
  ringed_planet: '🪐',
  mending_heart: '❤️‍🩹',
  exclamation: '❗',
  heavy_exclamation_mark: '❗',
  knife: '🔪',
  boom: '💥',
  collision: '💥',
};

const tones = ['', '', '\u{1f3fb}', '\u{1f3fc}', '\u{1f3fd}', '\u{1f3fe}', '\u{1f3ff}'];

/** The character of a short name (`rotating_light`), or undefined when nobody knows it. */
export function emojiFor(name: string, tone?: number): string | undefined {
  const [base = '', toneName] = name.split('::skin-tone-');
  const character = Object.hasOwn(slackNames, base) ? slackNames[base] : get(base);
  if (character === undefined) return undefined;
  return character + (tones[tone ?? Number(toneName ?? 0)] ?? '');
}
