import { Fingerprint } from '../failure/ids.ts';
import { hash128 } from './hash.ts';
import { normalise } from './normalise.ts';
import type { Signal } from './signal.ts';
import { inAppFrames } from './stack-trace.ts';

/** Changes whenever the same signal could get another hash; the old hash is then looked up on a miss. */
export const fingerprintAlgorithm = 'v1';

export interface Fingerprinted {
  fingerprint: Fingerprint;
  /** The masked text that was hashed, for people. */
  template: string;
}

/**
 * What makes two signals the same failure: component, error class, masked message and top in-app frames. No I/O.
 * The message is the error's own; a signal without one is grouped by its summary.
 */
export function fingerprint(signal: Signal): Fingerprinted {
  const message = normalise(firstTelling(signal.error?.message) ?? signal.summary);
  // Asked for twice, a look is no failure that came back.
  const alone = signal.kind === 'check-up' ? [`check-up ${signal.id}`] : [];
  const frames = signal.error?.stack ? inAppFrames(signal.error.stack) : [];
  const template = [signal.error?.type, message].filter(Boolean).join(': ');
  const hash = hash128([signal.component, signal.error?.type ?? '', message, ...frames, ...alone].join('\n'));
  return { fingerprint: Fingerprint.parse(`${fingerprintAlgorithm}#${hash}`), template };
}

/** The first lines of a message carry it; what follows is often a listing that differs each time. */
function firstTelling(message: string | undefined): string | undefined {
  const lines =
    message
      ?.split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '') ?? [];
  return lines.length > 0 ? lines.slice(0, 5).join(' ') : undefined;
}
