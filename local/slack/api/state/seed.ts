import { createHash } from 'node:crypto';
import type { Channel, Team, User, UserGroup } from './model.ts';

/** Ids look like Slack's and are the same on every machine, so that links and configurations keep working. */
function stableId(prefix: string, of: string): string {
  const digest = createHash('sha256').update(`kintsugi-demo:${prefix}:${of}`).digest();
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';
  return `${prefix}0${[...digest.subarray(0, 9)].map((byte) => letters[byte % letters.length]).join('')}`;
}

export const team: Team = { id: stableId('T', 'team'), name: 'Kintsugi Demo', domain: 'kintsugi-demo' };

const person = (name: string, realName: string, title: string): User => ({
  id: stableId('U', name),
  name,
  realName,
  title,
  email: `${name}@example.com`,
  isBot: false,
});

export const people = {
  ada: person('ada', 'Ada Okafor', 'Site reliability lead'),
  grace: person('grace', 'Grace Lindqvist', 'Engineering manager'),
  linus: person('linus', 'Linus Varga', 'Backend engineer, shop'),
  mei: person('mei', 'Mei Tanaka', 'Platform engineer'),
  omar: person('omar', 'Omar Haddad', 'Security engineer'),
};
const { ada, grace, linus, mei, omar } = people;

const group = (handle: string, name: string, members: User[]): UserGroup => ({
  id: stableId('S', handle),
  handle,
  name,
  members: members.map((member) => member.id),
});

export const userGroups = [
  group('oncall', 'On call', [ada, mei]),
  group('approvers', 'Recovery approvers', [grace, omar]),
  group('shop-team', 'Shop team', [linus, grace]),
];

/** 2026-01-05, a Monday. */
const founded = 1_767_600_000;
const channel = (name: string, kind: 'public' | 'private', topic: string, members: User[]): Channel => ({
  id: stableId('C', name),
  name,
  kind,
  topic,
  members: members.map((member) => member.id),
  isArchived: false,
  creator: ada.id,
  created: founded,
});

/** A private channel starts without the bot, and so do all others: the app joins what it posts to. */
export const channels = [
  channel('general', 'public', 'Everyone, everything', [ada, grace, linus, mei, omar]),
  channel('failures', 'public', 'What broke, and what mended it', [ada, grace, linus, mei, omar]),
  channel('shop', 'public', 'The shop service', [ada, grace, linus]),
  channel('platform', 'public', 'Queues, tables, deploys', [ada, mei, omar]),
  channel('security', 'private', 'Need to know', [grace, omar]),
];

export const appIds = { appId: stableId('A', 'app'), botId: stableId('B', 'bot') };

export const botUser = (displayName: string, appName: string): User => ({
  id: stableId('U', 'bot'),
  name: displayName.toLowerCase(),
  realName: appName,
  title: '',
  email: '',
  isBot: true,
});

/** The conversation of one person with the app; it exists once somebody opens it. */
export const directMessageId = (user: string) => stableId('D', user);
