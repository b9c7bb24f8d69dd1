import type { PageState } from '../../page-api.ts';

export interface Suggestion {
  key: string;
  label: string;
  usage?: string;
  description: string;
  /** The whole text after it was taken. */
  result: string;
  /** Nothing would be added: Enter then sends. */
  complete: boolean;
}

const most = 8;

/** What fits the word that is being typed: a command at the start, a person or a channel anywhere. */
export function suggestionsFor(page: PageState, text: string, inThread: boolean): Suggestion[] {
  if (text.startsWith('/')) {
    if (inThread) return [];
    const [typed = ''] = text.split(' ');
    const open = !text.includes(' ');
    return page.app.commands
      .filter(({ command }) => (open ? command.startsWith(typed) : command === typed))
      .map(({ command, description, usageHint }) => ({
        key: command,
        label: command,
        usage: usageHint,
        description,
        result: open ? `${command} ` : text,
        complete: !open || typed === command,
      }));
  }
  const found = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]*)$/u.exec(text);
  if (found === null) return [];
  const [, mark = '', word = ''] = found;
  const start = text.slice(0, text.length - word.length);
  const fits = (words: string) => words.toLowerCase().includes(word.toLowerCase());
  const names =
    mark === '@'
      ? [
          ...page.users.map(({ name, realName, title }) => ({
            name,
            description: [realName, title].filter(Boolean).join(' · '),
          })),
          ...page.userGroups.map(({ handle, members }) => ({
            name: handle,
            description: `Group of ${members.length}`,
          })),
        ]
      : page.channels.filter(({ id }) => !id.startsWith('D')).map(({ name, topic }) => ({ name, description: topic }));
  return names
    .filter(({ name, description }) => fits(name) || (mark === '@' && fits(description)))
    .slice(0, most)
    .map(({ name, description }) => ({
      key: name,
      label: mark + name,
      description,
      result: `${start}${name} `,
      complete: name === word,
    }));
}
