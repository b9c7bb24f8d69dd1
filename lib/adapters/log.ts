import type { Log } from '../ports.ts';

/** One JSON line a decision on stdout, which Lambda hands to CloudWatch. */
export function jsonLog(functionName: string): Log {
  return (decision, facts) => {
    process.stdout.write(
      `${JSON.stringify({ at: new Date().toISOString(), function: functionName, decision, ...facts })}\n`,
    );
  };
}
