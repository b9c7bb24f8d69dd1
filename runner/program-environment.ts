/** What a program needs to run at all; nothing that may hold a secret. */
const usual =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|PATHEXT|COMSPEC)$/;

/** The environment that a configured program gets: the usual names, and those that runner.yml lists. */
export function programEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  allowed: readonly string[],
): Record<string, string> {
  const passed = Object.entries(env).filter(([name]) => usual.test(name) || allowed.includes(name));
  return Object.fromEntries(passed.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
