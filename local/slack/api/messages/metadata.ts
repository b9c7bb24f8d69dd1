import { z } from 'zod';
import type { Json } from '../../page-api.ts';
import { SlackError } from '../slack-error.ts';

const Metadata = z.strictObject({
  event_type: z.string().regex(/^\w[\w.-]{0,254}$/),
  // Flat: everything that a workspace member could read in one glance, nothing nested.
  event_payload: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
/** Slack publishes no number; this is well above what a reference needs. */
const largest = 8_000;

export function checkMetadata(given: unknown): Json {
  const parsed = Metadata.safeParse(given);
  if (!parsed.success) throw new SlackError('invalid_metadata_format');
  if (Buffer.byteLength(JSON.stringify(given)) > largest) throw new SlackError('metadata_too_large');
  return parsed.data;
}
