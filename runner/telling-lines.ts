import { stripVTControlCharacters } from 'node:util';

/** What a failed command's output says about why, in the fields of a signal's error. */
export interface Told {
  type?: string;
  message?: string;
  stack?: string;
}

/** `TypeError: …`, `AssertionError [ERR_ASSERTION]: …`, `java.io.IOException: …`, `error[E0308]: …`, `panic: …`. */
const headline =
  /^\s*(?:Uncaught |Exception in thread "[^"]*" |Caused by: |E\s{2,})?((?:[\w$]+\.)*[\w$]*(?:Error|Exception|Failure)|error|fatal error|fatal|panic|FATAL|ERROR)(?:\s?\[[\w-]+\])?:\s+(\S.*)$/;
const failedTest = /^\s*(?:✖|✗|✘|×|not ok \d+ -|FAILED?:?|--- FAIL:|\d+\) )\s*(\S.*)$/;
/** Lines of test runners and package managers that stand under any failure alike. */
const commonplace =
  /^(?:failing tests:?$|test failed\.?$|tests? failed|.* failed with exit|npm (?:ERR!|error)|error Command failed|ERR_PNPM|\d+ (?:failing|failed))/i;
const alarming =
  /\b(?:error|fail(?:ed|ure)?|cannot|can't|unable|refused|denied|not found|no such|fatal|panic|killed)\b/i;
const frame = /^\s*(?:at \S|File "|\S+\.(?:go|rb):\d+)/;

/** Reads the lines that tell most. The same failure gives the same answer: nothing here depends on times or order. */
export function tellingLines(output: string): Told {
  const lines = stripVTControlCharacters(output)
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd());
  const tests = [...new Set(lines.map(testName).filter((name) => name !== undefined))].sort().slice(0, 4);
  const found = lines.flatMap((line, index) => {
    const [, type, text] = headline.exec(line) ?? [];
    return type && text && !commonplace.test(text) ? [{ type, text, index }] : [];
  });
  const main = mostFrequent(found);
  const message = [...(main ? [main.text] : []), ...tests];
  if (message.length === 0) message.push(...lastWords(lines));
  const stack = main && stackAfter(lines, main.index);
  const isClass = main && /(?:Error|Exception|Failure)$/.test(main.type);
  return {
    ...(isClass && { type: main.type }),
    ...(message.length > 0 && { message: message.join('\n').slice(0, 2000) }),
    ...(stack && { stack }),
  };
}

function testName(line: string): string | undefined {
  const name = failedTest.exec(line)?.[1]?.replace(/\s*\(?\d+(?:\.\d+)?\s?m?s\)?$/, '');
  return name === undefined || name === '' || commonplace.test(name) ? undefined : name;
}

/** Several tests fail of one cause more often than not: what is said most is it; the first of equals. */
function mostFrequent<T extends { type: string; text: string }>(found: T[]): T | undefined {
  const counts = new Map<string, number>();
  for (const { type, text } of found) counts.set(`${type}: ${text}`, (counts.get(`${type}: ${text}`) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return found.find(({ type, text }) => counts.get(`${type}: ${text}`) === most);
}

/** The frames under a headline (Python prints them above it). */
function stackAfter(lines: string[], index: number): string | undefined {
  const start = lines.findIndex((line, at) => at > index && at < index + 20 && frame.test(line));
  if (start !== -1) {
    const end = lines.findIndex((line, at) => at > start && !frame.test(line) && line.trim() !== '');
    return [lines[index], ...lines.slice(start, end === -1 ? undefined : end)].slice(0, 31).join('\n');
  }
  const traceback = lines.findLastIndex((line, at) => at < index && line.startsWith('Traceback ('));
  return traceback === -1 || index - traceback > 60 ? undefined : lines.slice(traceback, index + 1).join('\n');
}

function lastWords(lines: string[]): string[] {
  const said = lines.filter((line) => line.trim() !== '' && !commonplace.test(line.trim()));
  const alarms = said.filter((line) => alarming.test(line)).slice(-3);
  return (alarms.length > 0 ? alarms : said.slice(-1)).map((line) => line.trim());
}
