import type { SectionBlock } from '@slack/types';

/** A section of our own words; what comes from outside is escaped by whoever calls this. */
export function mrkdwn(words: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: words } };
}
