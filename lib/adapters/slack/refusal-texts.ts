import type { Mention } from '../../policy/policy.ts';
import type { Forbidden } from '../../recovery/may-start.ts';
import type { RecoveryRefusal } from '../../recovery/refusal.ts';
import { strategyName } from '../../recovery/strategy-names.ts';
import { escapeMrkdwn } from './escape.ts';

type Refusal = Extract<
  RecoveryRefusal,
  {
    because: 'too-low' | 'nothing-to-undo' | 'no-action' | 'too-many-components' | 'not-allowed' | 'role-unknown';
  }
>;

/** Why a recovery that exists is not begun, in words. */
export function notBegunText(refusal: Refusal): string {
  const { id, level } = refusal.failure;
  switch (refusal.because) {
    case 'too-low':
      return `${strategyName(refusal.strategy)} is for level ${refusal.fromLevel} and up, and ${id} is at level ${level}. If it is worse than that, re-grade it first.`;
    case 'nothing-to-undo':
      return `There is nothing to undo: no recovery of ${id} changed anything that is not undone already.`;
    case 'no-action':
      return 'A workaround that runs something needs an action of the host’s runner.yml. Without one, write down what you did.';
    case 'too-many-components':
      return `${refusal.count} components hang on ${escapeMrkdwn(refusal.failure.component)}: too many for one order. Do it by hand, or split it by \`dependsOn\` in kintsugi.yml.`;
    case 'not-allowed':
      return `Only ${whoText(refusal.who)} may start recoveries here (\`recovery.mayStart\` in kintsugi.yml). Ask one of them.`;
    case 'role-unknown':
      return `Slack did not say who belongs to ${whoText(refusal.who)}, so nothing was started. Press again in a minute.`;
    default:
      return refusal satisfies never;
  }
}

/** Why somebody may not do what is for those who may start recoveries. */
export function forbiddenText({ because, who }: Forbidden): string {
  return because === 'not-allowed'
    ? `Only ${whoText(who)} may do this (\`recovery.mayStart\` in kintsugi.yml). Ask one of them.`
    : `Slack did not say who belongs to ${whoText(who)}, so nothing was done. Press again in a minute.`;
}

/** As Slack shows people and groups; a handle is no mention, so nobody is called by it. */
export function whoText(who: readonly Mention[]): string {
  const names = who.map((name) => {
    if (name.startsWith('@')) return `\`${escapeMrkdwn(name)}\``;
    return name.startsWith('S') ? `<!subteam^${name}>` : `<@${name}>`;
  });
  return names.length < 2 ? (names[0] ?? 'everybody') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
