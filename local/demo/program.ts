import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs one program to its end, without a shell. With `expectSuccess` another exit code than 0 is an error with its output. */
export async function runProgram(
  [program = '', ...args]: string[],
  options: { cwd: string; environment?: Record<string, string>; expectSuccess?: boolean },
): Promise<{ exitCode: number; output: string }> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    // The stack may itself run under a test runner, whose settings are not the shop's.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const text = Buffer.concat(output).toString('utf8');
  if (options.expectSuccess && exitCode !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with exit code ${exitCode}: ${text.slice(-2000)}`);
  }
  return { exitCode: exitCode ?? 1, output: text };
}
