import { VersionConflictError } from '../errors.ts';

/** Load, decide, save; whoever loses the race reads again and decides anew. Five losses in a row are thrown. */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let losses = 0; ; losses++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof VersionConflictError) || losses === 4) throw error;
    }
  }
}
