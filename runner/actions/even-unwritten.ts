import type { WorkSite } from './action.ts';

/** A full disk takes no notes and no reports; to bring back what is half-done is worth more than either. */
export function evenUnwritten(site: WorkSite): WorkSite {
  return {
    ...site,
    journal: {
      ...site.journal,
      write(entry) {
        try {
          site.journal.write(entry);
        } catch {
          // The next start finds no note of it, and looks for itself.
        }
      },
    },
    tell: (step) => site.tell(step).catch(() => undefined),
  };
}
