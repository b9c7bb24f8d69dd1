/** A ref of this tool's that may be dropped one day. */
export interface SavedRef {
  ref: string;
  at: Date;
}

export interface PruneRules {
  /** The newest so many stay, whatever their age. */
  keep: number;
  olderThanMs: number;
  now: Date;
}

/** What goes: older than the limit, not among the newest, and needed by nothing. The refs are those of one kind and component. */
export function choosePruned(
  refs: readonly SavedRef[],
  needed: ReadonlyMap<string, string>,
  { keep, olderThanMs, now }: PruneRules,
): SavedRef[] {
  return refs
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
    .slice(keep)
    .filter(({ ref, at }) => now.getTime() - at.getTime() > olderThanMs && !needed.has(ref));
}
