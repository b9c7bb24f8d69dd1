import type { FailureReport } from '../failure/failure-report.ts';
import type { Cause } from './cause.ts';

/** What a cause is found from. Nothing in it is the sender's opinion. */
export interface CauseEvidence {
  /** What it says it is: title, error type and message. */
  message: string;
  /** All that it printed, as far as it is kept. */
  output?: string | undefined;
  exitCode?: number | undefined;
  durationMs?: number | undefined;
  timeLimitMs?: number | undefined;
}

export function evidenceOf({ title, report }: { title: string; report: FailureReport }): CauseEvidence {
  const { error, durationMs, timeLimitMs } = report;
  return {
    message: [error?.type, error?.message, title].filter(Boolean).join('\n'),
    output: report.whatHappened,
    exitCode: error?.exitCode,
    durationMs,
    timeLimitMs,
  };
}

/** An account that says no: these words are said by nobody else. */
const quotaSaid =
  /\b(?:usage|session|weekly|daily|hourly|monthly|token|request|spend(?:ing)?|credit|account|plan|5-hour) (?:limit|quota) (?:was |is |has been )?(?:reached|exceeded|hit|exhausted)|\b(?:hit|reached|exceeded|exhausted) (?:your|the|its|our) (?:current )?(?:account |usage |session |weekly |daily |rate |api |plan )*(?:limit|quota)\b(?! of (?:turns|steps|iterations|time))|\b(?:insufficient_quota|quota[_ ]?exceeded|resource[_ ]?exhausted|rate_limit_error|limit reached\s*\|\s*\d{10})|\bexceeded your current quota\b/i;
/** The same, and also what somebody's own code and tests are about: it counts only in what a failure says that it is. */
const quotaHinted = /\b(?:rate[- ]?limit(?:ed|s)?|too many requests|429|throttl(?:ed|ing)(?:exception)?)\b/i;

const turnsSaid =
  /\b(?:max(?:imum)?(?: number of)?[ _]turns|turn[ _]limit|error_max_turns|limit of (?:\d+ )?turns|(?:out of|all (?:of )?(?:its|the|your)|used (?:up )?(?:all|its)) (?:\d+ )?turns|iteration limit|max(?:imum)?[ _]iterations|max(?:imum)?[ _]steps|recursion limit of \d+ reached)\b/i;

/** It was its own time that was up, or somebody's patience: the clock tells which. */
const timeSaid =
  /\b(?:time limit|timed out after|timeout after|exceeded (?:the|its) (?:time(?:out)?|allowed time|deadline)|deadline exceeded|(?:command|task|job|process|agent|step|run) timed out|stopped after [\d.]+ ?s\b|maximum execution time|task timed out|allowed time)/i;

/** Another's answer, or its silence. A plain 500 is as often the component's own. */
const upstreamSaid =
  /\b(?:502 bad gateway|503 service (?:temporarily )?unavailable|504 gateway time-?out|(?:status|error|code|http|answered|returned|got|api)[ :=(]{1,3}(?:error[ :]{1,2})?(?:502|503|504|529)\b|service (?:is )?(?:temporarily )?unavailable|overloaded(?:_error)?|upstream (?:connect )?(?:error|timed out|request timeout|unavailable)|request timed? ?out|connection (?:timed out|refused|reset by peer)|econnrefused|econnreset|etimedout|eai_again|enotfound|socket hang up|bad gateway|gateway time-?out)\b/i;

/** What a test prints about what it expected is about the code under test, not about what ended the work. */
const assertion =
  /^\s*(?:[✖✗✘×●]|not ok\b|FAIL\b|assert|AssertionError|at )|\b(?:expect(?:ed|s)?|should|toBe|toEqual|assert\w*)\b/i;

/** Of what it printed, the lines that an end is likely to stand in. */
const lastLines = 15;
/** Among so many, what tests printed left out. */
const lookedAt = 60;
/** An account that says no says it at once; who worked longer wrote about limits. */
const refusedWithinMs = 3 * 60_000;
/** Whoever used this much of the time allowed ran into its end. */
const nearlyAll = 0.95;

/** What kind of thing ended the work, from the evidence alone. */
export function causeOf(evidence: CauseEvidence): Cause {
  const message = withoutAssertions(evidence.message);
  const end = withoutAssertions(lastOf(evidence.output ?? '', lookedAt))
    .split('\n')
    .slice(-lastLines)
    .join('\n');
  const said = `${message}\n${end}`;
  if (isRefusedByQuota(message, end, evidence)) return 'quota';
  if (turnsSaid.test(said)) return 'turn-limit';
  const clock = stoppedByTheClock(said, evidence);
  if (clock) return clock;
  if (upstreamSaid.test(said)) return 'upstream';
  return isKilled(evidence) ? 'killed' : 'other';
}

function isRefusedByQuota(message: string, end: string, { durationMs }: CauseEvidence): boolean {
  if (quotaSaid.test(message)) return true;
  const isShort = durationMs === undefined || durationMs <= refusedWithinMs;
  return (isShort && quotaSaid.test(end)) || (isShort && quotaHinted.test(message));
}

function stoppedByTheClock(said: string, evidence: CauseEvidence): 'time-limit' | 'limit-mismatch' | undefined {
  const { exitCode, durationMs, timeLimitMs } = evidence;
  const knowsClock = durationMs !== undefined && timeLimitMs !== undefined && timeLimitMs > 0;
  const isUsedUp = knowsClock && durationMs >= nearlyAll * timeLimitMs;
  if (isUsedUp && exitCode !== 0) return 'time-limit';
  // `timeout` answers 124; others say it in words.
  if (exitCode !== 124 && !(timeSaid.test(said) && !upstreamSaid.test(said))) return undefined;
  return knowsClock ? 'limit-mismatch' : 'time-limit';
}

/** Negative: as Node and Python say it; above 128: as a shell does; 2^32 - 1: -1 without its sign. */
function isKilled({ exitCode }: CauseEvidence): boolean {
  if (exitCode === undefined) return false;
  return exitCode < 0 || (exitCode > 128 && exitCode <= 128 + 64) || exitCode > 4_294_967_000;
}

function lastOf(text: string, lines: number): string {
  const written = text.split('\n').filter((line) => line.trim() !== '');
  return written.slice(-lines).join('\n');
}

function withoutAssertions(text: string): string {
  return text
    .split('\n')
    .filter((line) => !assertion.test(line))
    .join('\n');
}
