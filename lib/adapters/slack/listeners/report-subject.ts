import { z } from 'zod';

/** The message that a report is about: where its thread is, who wrote it, and where it can be read. */
export const Quoted = z.object({
  channel: z.string().max(40),
  ts: z.string().max(40),
  author: z.string().max(80),
  permalink: z.url().max(1000).optional(),
});
export type Quoted = z.infer<typeof Quoted>;

/** What the report form carries. What it reports happened before it was opened, and a second submit is the very same signal. */
export const ReportSubject = z.object({ openedAt: z.iso.datetime(), quoted: Quoted.optional() });

export function reportSubject({ openedAt, quoted }: { openedAt: Date; quoted?: Quoted }): string {
  return JSON.stringify({ openedAt: openedAt.toISOString(), ...(quoted && { quoted }) });
}
