/** More than the parts' own limits together, so that the databases are closed whatever else hangs. */
const stopLimitMs = 4000;

/**
 * The first signal stops what runs, or is just starting; a second ends it at once. Within half a second it is the same one:
 * a terminal sends Ctrl-C to the whole group, and npm passes it on once more.
 */
export function stopOnSignal(stop: () => Promise<readonly string[]>): void {
  let askedAt: number | undefined;
  const end = (problem?: string): never => {
    if (problem) console.error(`Kintsugi was stopped the hard way. ${problem}.`);
    process.exit(problem ? 1 : 0);
  };
  const onSignal = (): void => {
    if (askedAt !== undefined) {
      if (performance.now() - askedAt > 500) end('It was asked twice');
      return;
    }
    askedAt = performance.now();
    setTimeout(() => end(`It did not end within ${stopLimitMs / 1000} s`), stopLimitMs);
    stop().then(
      ([problem]) => end(problem),
      (error: unknown) => end(String(error)),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
}
