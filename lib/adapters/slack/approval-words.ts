import { type AskedOf, lacksApprovers } from '../../recovery/approvals.ts';
import type { NameOf } from './cards/rich-text.ts';
import { escapeMrkdwn } from './escape.ts';

/** Who may say yes, in mrkdwn, by name where that is known; `nameOf` is given for what is posted, since an id in it would ring. */
export function approverWords(mayApprove: string[], nameOf?: NameOf): string {
  const names = mayApprove.map((mention) => nameWithoutRing(mention, nameOf));
  const who = names.length > 0 ? `Who may: ${names.join(', ')}` : 'Who may: every full member';
  return `${who}, but not who asked. A changed plan needs new approvals.`;
}

const mostNames = 10;

/** People and groups who were called, whether they stand there as policy names them or as Slack does. */
export function namesWithoutRing(called: readonly string[], nameOf: NameOf | undefined): string {
  const names = called.slice(0, mostNames).map((one) => nameWithoutRing(idIn(one), nameOf));
  const rest = called.length - names.length;
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `<@U0ADA>` and `<!subteam^S0TEAM>` are mentions of these ids. */
export function idIn(mention: string): string {
  return /^<(?:@|!subteam\^)([A-Z0-9]+)>$/.exec(mention)?.[1] ?? mention;
}

/** An edit rings nobody, so there an id may stand as Slack shows it. */
function nameWithoutRing(mention: string, nameOf: NameOf | undefined): string {
  if (mention.startsWith('@')) return escapeMrkdwn(mention.slice(1));
  const isGroup = mention.startsWith('S');
  if (!nameOf) return isGroup ? `<!subteam^${mention}>` : `<@${mention}>`;
  return escapeMrkdwn(nameOf(mention) ?? (isGroup ? 'a user group' : 'one more person'));
}

export function missingWords(missing: number): string {
  if (missing === 0) return 'Nobody is missing any more.';
  return missing === 1 ? 'One more person must approve.' : `${missing} different people must approve.`;
}

/** Said before it is asked for, to who asks, and to those who are asked. Undefined: enough people may, or nobody knows. */
export function tooFewWords(asked: AskedOf & { isProposed?: boolean }): string | undefined {
  if (!lacksApprovers(asked)) return undefined;
  const { othersWhoMay = 0, approvalsNeeded, isProposed } = asked;
  const only = othersWhoMay === 0 ? 'Nobody' : othersWhoMay === 1 ? 'Only one person' : `Only ${othersWhoMay} people`;
  const besides = isProposed ? '' : ' besides who asks';
  const instead = isProposed ? '' : 'let somebody ask who is no approver, or ';
  return (
    `⚠️ ${only}${besides} may approve this, and it takes ${approvalsNeeded}: it cannot begin like that. ` +
    `What helps: ${instead}name more people under recovery.mayApprove in kintsugi.yml.`
  );
}
