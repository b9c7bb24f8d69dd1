/** Why a program was not run, with the exit code that a shell would answer. */
export function whyNotRun(error: unknown, program: string): { exitCode: number; how: string } {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? { exitCode: 127, how: `there is no program \`${program}\`` }
    : { exitCode: 126, how: `\`${program}\` cannot be run (${code})` };
}
