import { runProgram } from '../../runner/run-program.ts';

const limits = { timeoutMs: 60_000, outputLimitBytes: 10_000_000 };
/** The stack may itself run under a test runner, whose settings are not the shop's. */
const notForTheShop = ['NODE_TEST_CONTEXT', 'NODE_OPTIONS'];

/** Runs one program of the demo to its end. With `expectSuccess` another exit code than 0 is an error with its output. */
export async function runDemoProgram(
  command: readonly string[],
  options: { cwd: string; environment?: Record<string, string>; expectSuccess?: boolean },
): Promise<void> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || notForTheShop.includes(name) ? [] : [[name, value] as const],
  );
  const env = { ...Object.fromEntries(inherited), ...options.environment };
  const { exitCode, how, outputTail } = await runProgram(command, { cwd: options.cwd, env, limits });
  if (options.expectSuccess && exitCode !== 0) {
    throw new Error(`${command.join(' ')} did not work (${how}): ${outputTail.slice(-2000)}`);
  }
}
