import { z } from 'zod';
import { FailureId } from '../failure/ids.ts';
import type { Level } from '../signal/signal.ts';

/** From this level on an episode has one. */
export const postMortemFrom: Level = 4;

/** The seven headings of a post-mortem, in their order, and what each is to say. */
export const postMortemHeadings = {
  timeline: { title: 'Timeline', asks: 'What happened when' },
  impact: { title: 'Impact', asks: 'Who/what was affected' },
  rootCause: { title: 'Root Cause', asks: 'Why it happened' },
  contributingFactors: { title: 'Contributing Factors', asks: 'What made it worse' },
  wentWell: { title: 'What Went Well', asks: 'What prevented worse outcome' },
  actionItems: { title: 'Action Items', asks: 'Specific preventive measures' },
  lessonsLearned: { title: 'Lessons Learned', asks: 'Knowledge to share' },
} as const;
export type PostMortemHeading = keyof typeof postMortemHeadings;

/** Longer ones are clipped in the middle: the record stays an item of the table. */
const mostSectionText = 8000;
const Section = z.array(z.string().max(mostSectionText)).max(200);

/** One post-mortem an episode: opened with what is known, and filled once more when the failure is resolved. */
export const PostMortem = z.object({
  schema: z.literal(1),
  failureId: FailureId,
  episode: z.int().min(1),
  version: z.int().min(1),
  openedAt: z.iso.datetime(),
  /** Why there is one. */
  because: z.string().max(300),
  /** The failure's version that it was filled from. */
  filledFrom: z.int().min(1),
  /** Each heading's lines; none where nothing is known yet. */
  sections: z.object({
    timeline: Section,
    impact: Section,
    rootCause: Section,
    contributingFactors: Section,
    wentWell: Section,
    actionItems: Section,
    lessonsLearned: Section,
  } satisfies Record<PostMortemHeading, typeof Section>),
});
export type PostMortem = z.infer<typeof PostMortem>;

export interface PostMortemStore {
  get(failureId: FailureId, episode: number): Promise<PostMortem | undefined>;
  /** Writes version 1, or the next after the stored one. False: somebody was first, read again. */
  put(postMortem: PostMortem): Promise<boolean>;
}
