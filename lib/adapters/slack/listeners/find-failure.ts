import type { FailureId } from '../../../failure/ids.ts';
import type { FailureRef } from '../commands/read-ref.ts';
import type { SlackPorts } from './slack-ports.ts';

/** Of each part of the listing so many keys are looked at. */
const mostKeys = 500;
/** What ended longer ago is asked for by its whole id. */
const days = 90;
const mostNamed = 10;

/** The failure that was named by its id or the beginning of it; else what to type instead. */
export async function findFailure(
  ports: SlackPorts,
  ref: FailureRef,
): Promise<{ failureId: FailureId } | { problem: string }> {
  if ('failureId' in ref) return ref;
  const until = ports.now();
  const since = new Date(until.getTime() - days * 86_400_000);
  const { ids, isMore } = await ports.failures.findIds(ref.prefix, { since, until, most: mostKeys });
  const [only, ...others] = ids;
  if (only && others.length === 0 && !isMore) return { failureId: only };
  if (!only) {
    const bound = isMore ? 'None that is fresh' : 'No failure that is open, or ended in the last 90 days,';
    return {
      problem: `${bound} begins with ${ref.prefix}. \`/failure list\` shows what is open; the whole id finds older ones.`,
    };
  }
  const named = ids.slice(0, mostNamed).map((id) => `\`${id}\``);
  const rest = ids.length - named.length;
  const more = rest > 0 ? ` and ${rest} more` : isMore ? ', and maybe others' : '';
  return {
    problem: `Which one? ${named.join(', ')}${more} begin${ids.length === 1 ? 's' : ''} with ${ref.prefix}. Type one more letter.`,
  };
}
