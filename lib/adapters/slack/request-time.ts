import { AsyncLocalStorage } from 'node:async_hooks';

/** Slack takes an answer within three seconds of its request; so long after the receipt nothing more is asked of it. */
const requestMs = 2500;
/** What came of it is said even then. */
const lastWordMs = 300;

const endsAt = new AsyncLocalStorage<number>();

/** Everything that is asked of Slack in here shares one budget, however many calls it takes. */
export function withinRequest<T>(work: () => Promise<T>): Promise<T> {
  return endsAt.run(performance.now() + requestMs, work);
}

/** Undefined outside of a request of Slack's: nobody waits. */
export function requestTimeLeft(): number | undefined {
  const end = endsAt.getStore();
  return end === undefined ? undefined : end - performance.now();
}

/** How long a last word to the person who waits may take, at most `ms`. */
export function timeForLastWord(ms: number): number {
  return Math.min(ms, Math.max(lastWordMs, requestTimeLeft() ?? ms));
}

const late = Symbol('late');

/** `late`: the time was up, before or while it was asked. */
export async function askInTime<T>(
  ask: () => Promise<T>,
  left: number | undefined = requestTimeLeft(),
): Promise<{ answer: T } | { late: 'not-asked' | 'unanswered' }> {
  if (left === undefined) return { answer: await ask() };
  if (left <= 0) return { late: 'not-asked' };
  let timer: NodeJS.Timeout | undefined;
  const tired = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), left);
  });
  try {
    const answer = await Promise.race([ask(), tired]);
    return answer === late ? { late: 'unanswered' } : { answer };
  } finally {
    clearTimeout(timer);
  }
}
