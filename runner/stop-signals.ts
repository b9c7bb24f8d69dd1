const signals = ['SIGTERM', 'SIGINT'] as const;
/** A terminal, npm and a supervisor pass the same wish on, each in its turn: so soon it is one and the same. */
const sameWishMs = 500;

/**
 * The first signal asks to stop after the step at hand. Only the same one again, later, asks to stop at once: one signal by the
 * terminal and another by whoever started this process are no impatience.
 */
export function onStopSignals(
  source: Pick<NodeJS.EventEmitter, 'on'>,
  { stop, stopNow, now = () => performance.now() }: { stop: () => void; stopNow: () => void; now?: () => number },
): void {
  const firstAt = new Map<string, number>();
  for (const signal of signals) {
    source.on(signal, () => {
      const before = firstAt.get(signal);
      if (before === undefined) {
        firstAt.set(signal, now());
        stop();
      } else if (now() - before >= sameWishMs) stopNow();
    });
  }
}
