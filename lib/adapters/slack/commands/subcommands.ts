/** What `/failure` knows: parser, help, "did you mean", the manifest's hint and who may come from this one table. */
export interface Subcommand {
  /** What follows the word, as people would type it. */
  usage: string;
  /** One line for `/failure help`. */
  help: string;
  /** More, for `/failure help <word>`. */
  more?: string;
  /** What people type instead, without thinking. */
  also?: readonly string[];
  /** It does something, so Slack must say first whose workspace it is. The others show, or open a form that is checked when sent. */
  changes?: true;
  /** Its answer may stand in the channel for everybody (`--public`). */
  mayBePublic?: true;
}

const filters = 'Filters, in any order: `severity>=3` `component:shop` `status:resolved` `since:7d` `by:me`';

export const subcommands = {
  report: {
    usage: 'words',
    help: 'file a failure. A form opens, with your words filled in.',
    also: ['file', 'new', 'create'],
  },
  list: {
    usage: 'severity>=3 component:shop',
    help: 'what is open, worst first. Narrow it, or ask for `status:resolved`.',
    more: `${filters}. \`status\` is \`open\`, \`unacknowledged\`, \`acknowledged\`, \`recovering\`, \`resolved\` or \`all\`; \`since\` is \`24h\`, \`7d\`, \`2w\`, \`today\`, \`yesterday\` or a day such as \`2026-11-01\`.`,
    also: ['ls', 'failures'],
    mayBePublic: true,
  },
  search: {
    usage: 'words',
    help: 'what was like it, now and before, and why it was found.',
    more: `It finds words and what is spelt alike, in what is open and in what is resolved. ${filters}`,
    also: ['find', 'grep'],
    mayBePublic: true,
  },
  show: {
    usage: 'F-7K3Q9D',
    help: 'everything about one failure. The beginning of its id is enough.',
    also: ['get', 'view'],
    mayBePublic: true,
  },
  edit: {
    usage: 'F-7K3Q9D',
    help: 'write in its report: what happened, why, what was tried, what was learned.',
    more: 'A form opens with what is known. Every version is kept, and the timeline says who changed what.',
  },
  export: { usage: 'F-7K3Q9D', help: 'its report as Markdown.' },
  postmortem: {
    usage: 'F-7K3Q9D',
    help: 'its post-mortem: what happened when, whom it hit, why, and what to do about it.',
    more: 'One opens at level 4 and up, filled with what is known. `/failure edit` writes its root cause, prevention and lessons.',
    also: ['post-mortem', 'pm'],
  },
  merge: {
    usage: 'F-7K3Q9D F-8W4RTX',
    help: 'the two are one failure: the older is kept and counts for both.',
    changes: true,
  },
  split: {
    usage: 'F-8W4RTX',
    help: 'take it out again of the failure that it was merged into.',
    also: ['unmerge'],
    changes: true,
  },
  queue: {
    usage: 'shop',
    help: 'what is to be done, in its order, and what holds it up. Without a name: everything.',
    also: ['next', 'work'],
    mayBePublic: true,
  },
  gate: {
    usage: 'shop',
    help: 'whether work on it goes on; open it or shut it. Without a name: every gate that is shut.',
    also: ['gates'],
    mayBePublic: true,
  },
  mute: {
    usage: 'shop 2h reason',
    help: 'nobody is called for it for a while, at most 24 hours; all of it is recorded. Without a name: what is muted.',
    more: 'Times are `30m`, `2h`, `1d`. Without a reason a form asks for it. Level 4 and 5 come through.',
    also: ['snooze', 'silence', 'mutes'],
    changes: true,
  },
  unmute: { usage: 'shop', help: 'end that before its time.', also: ['unsnooze'], changes: true },
  checklist: {
    usage: 'shop',
    help: 'what to look at before, while and after you change it. Everybody can tick; who did is kept.',
    more: 'It has what everybody looks at, what kintsugi.yml asks, and what its failures taught. Where something is required (❗) it shows what would be on it, and a press starts it: its gate is shut until every ❗ is ticked. With `--public` the channel ticks along.',
    also: ['check-list', 'checks'],
    changes: true,
    mayBePublic: true,
  },
  diagnose: {
    usage: 'shop',
    help: 'look at its services, ports, disk and errors. It changes nothing.',
    also: ['check', 'doctor'],
    changes: true,
  },
  clean: {
    usage: 'shop',
    help: 'clean recovery. `/failure clean shop --dry-run` only shows what it would do.',
    also: ['clear', 'cleanup'],
    changes: true,
  },
  runners: {
    usage: '',
    help: 'who can recover what, and who has fallen silent.',
    also: ['runner'],
    mayBePublic: true,
  },
  help: { usage: '', help: 'this text. `/failure help list` says more about one of them.', also: ['?', 'usage'] },
} as const satisfies Record<string, Subcommand>;

export type Verb = keyof typeof subcommands;
export const verbs = Object.keys(subcommands) as Verb[];

const known: Record<Verb, Subcommand> = subcommands;
export const subcommand = (verb: Verb): Subcommand => known[verb];

/** By its word or by what people say instead, in any case. */
export function verbOf(word: string): Verb | undefined {
  const typed = word.toLowerCase();
  return verbs.find((verb) => verb === typed || known[verb].also?.includes(typed));
}

/** For Slack's hint beside the command. */
export const usageHint = verbs.map((verb) => [verb, known[verb].usage].filter(Boolean).join(' ')).join(' | ');
