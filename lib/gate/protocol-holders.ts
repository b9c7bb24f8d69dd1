import { type Failure, isEnded } from '../failure/failure.ts';
import type { Policy } from '../policy/policy.ts';
import { blastRadius } from './depends-on.ts';
import type { HolderDraft } from './gate.ts';
import { dependencies } from './publish-registry.ts';

/** From this level on nobody goes on with a component that failed. */
const stopsFrom = 3;
const stopsAllFrom = 5;

/** The stops that a failure's level orders while it is not resolved: its component's, at level 5 all that hang on it, too. */
export function protocolHolders(
  failure: Pick<
    Failure,
    'id' | 'episode' | 'component' | 'level' | 'status' | 'title' | 'openedAt' | 'regraded' | 'levelAt'
  >,
  policy: Pick<Policy, 'components'>,
): HolderDraft[] {
  if (isEnded(failure) || failure.level < stopsFrom) return [];
  const { id: failureId, component, level } = failure;
  const scopes = level >= stopsAllFrom ? blastRadius(component, dependencies(policy)) : [component];
  return scopes.map((scope) => ({
    scope,
    id: scope === component ? `${failureId}#${failure.episode}` : `emergency#${failureId}`,
    mode: 'stop' as const,
    reason: clip(
      scope === component ? `Level ${level}: ${failure.title}` : `Level ${level} in ${component}: ${failure.title}`,
    ),
    opens: `when ${failureId} is resolved or graded below ${level >= stopsAllFrom && scope !== component ? stopsAllFrom : stopsFrom}`,
    failureId,
    by: 'system:protocol',
    // A worse level is a newer reason than whatever a person opened before.
    since: failure.levelAt ?? failure.regraded?.at ?? failure.openedAt,
  }));
}

export function clip(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}
