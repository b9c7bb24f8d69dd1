import { expect, it } from 'vitest';
import type { TimelineEntry } from '../../../lib/failure/timeline-entry.ts';
import { draftSections } from '../../../lib/postmortem/draft-post-mortem.ts';
import { PostMortem } from '../../../lib/postmortem/post-mortem.ts';
import { recoveryWorld } from '../recovery/recovery-world.ts';

it('a post-mortem after many failed recoveries can still be read', async () => {
  const failure = await (await recoveryWorld()).failure();
  const entry: TimelineEntry = { ...failure.latestEntry, kind: 'recovery-failed' };
  const sections = draftSections(failure, { timeline: Array.from({ length: 300 }, () => entry), runs: [], count: 1 });
  expect(sections.timeline[0]).toBe('150 earlier entries are left out.');
  expect(PostMortem.shape.sections.safeParse(sections).success).toBe(true);
});
