import { VersionConflictError } from './errors.ts';

/**
 * Each loss is somebody else's success, so there is nothing to wait for: whoever writes the same thing at the same time runs
 * out of things to write. All results queue batches that may run at once (5 of 10 reports) stay below this together.
 */
const mostLosses = 200;

/** Load, decide, save; whoever loses the race reads again and decides anew. */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let losses = 1; ; losses++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof VersionConflictError) || losses === mostLosses) throw error;
    }
  }
}
