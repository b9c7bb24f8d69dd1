/** When a box is looked at: before a change, while it is made, after it. */
export const phases = ['before', 'during', 'after'] as const;
export type Phase = (typeof phases)[number];

/** So many in one phase: more is read by nobody. */
export const mostInPhase = 20;
