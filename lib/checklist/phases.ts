/** When a box is looked at: before a change, while it is made, after it. */
export const phases = ['before', 'during', 'after'] as const;
export type Phase = (typeof phases)[number];

/** What everybody looks at (5), what kintsugi.yml asks and what failures taught, in one phase: all of it is shown. */
export const most = { own: 12, learned: 8, inPhase: 25 };
