import { VersionConflictError } from '../../errors.ts';
import type { FailureId, RunId } from '../../failure/ids.ts';
import type { RunStore, StoredRun } from '../../ports.ts';
import { newlyAttended } from './attended.ts';
import { copy, type MemoryWorld, memoryWorld } from './world.ts';

export const runName = (failureId: FailureId, runId: RunId): string => `${failureId}/${runId}`;

export function memoryRunStore(world: MemoryWorld = memoryWorld()): RunStore {
  return {
    async create(run, dues) {
      const name = runName(run.failureId, run.id);
      const kept = world.runs.get(name);
      if (kept) return kept.run.lastAction.id === run.lastAction.id ? 'created' : 'exists';
      world.runs.set(name, { run: copy(run), ...newlyAttended(dues) });
      return 'created';
    },

    async get(failureId, runId) {
      const kept = world.runs.get(runName(failureId, runId));
      return kept && copy(kept);
    },

    async save(run, { expectedVersion, dues }) {
      const kept = world.runs.get(runName(run.failureId, run.id));
      if (kept && isSaved(kept, run)) return;
      if (kept?.run.version !== expectedVersion) throw new VersionConflictError(run.id, expectedVersion);
      world.runs.set(runName(run.failureId, run.id), {
        run: copy(run),
        ...newlyAttended(dues),
        rev: kept.rev + 1,
      });
    },

    async list(failureId) {
      const runs = [...world.runs.values()].flatMap(({ run }) => (run.failureId === failureId ? [copy(run)] : []));
      return runs.sort((one, other) => (one.id < other.id ? -1 : 1));
    },
  };
}

function isSaved({ run: kept }: StoredRun, run: StoredRun['run']): boolean {
  return kept.version === run.version && kept.lastAction.id === run.lastAction.id;
}
