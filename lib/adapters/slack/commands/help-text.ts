import { subcommand, type Verb, verbs } from './subcommands.ts';

/** What `/failure help` answers; about one subcommand, more. */
export function helpText(about?: Verb): string {
  if (about) {
    const { more, also, mayBePublic } = subcommand(about);
    return [
      line(about),
      ...(more ? [more] : []),
      ...(mayBePublic ? ['With `--public` the channel sees the answer, too.'] : []),
      ...(also ? [`You may also type ${also.map((word) => `\`${word}\``).join(', ')}.`] : []),
    ].join('\n');
  }
  return [
    '*What you can do*',
    ...verbs.map(line),
    '',
    'Only you see the answers; `--public` shows one to the channel. A failure has a card in its channel, and all detail is in the card’s thread. *Acknowledge* says that you are on it.',
  ].join('\n');
}

function line(verb: Verb): string {
  const { usage, help } = subcommand(verb);
  return `\`/failure ${[verb, usage].filter(Boolean).join(' ')}\`: ${help}`;
}
