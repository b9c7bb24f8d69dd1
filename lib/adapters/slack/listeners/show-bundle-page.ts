import { worstFirst } from '../../../noise/bundle-view.ts';
import { componentNames } from '../../../response/card-content.ts';
import { bundlePage } from '../cards/bundle-page.ts';
import type { Message } from '../cards/failure-card.ts';
import type { BundleQuery } from '../tool-action-ids.ts';
import type { SlackPorts } from './slack-ports.ts';

const pageSize = 10;

/** What is in a storm or mute, worst first: for the one who asks. */
export async function showBundlePage(
  { bundles, policy }: Pick<SlackPorts, 'bundles' | 'policy'>,
  query: BundleQuery,
): Promise<Message> {
  const lines = worstFirst(await bundles.lines(query.bundle));
  const from = Math.min(query.from ?? 0, Math.max(0, lines.length - 1));
  const shown = lines.slice(from, from + pageSize);
  const listed = shown.map((line) => ({ ...line, componentTitle: componentNames(policy, line.component).title }));
  return bundlePage(listed, { query: { ...query, from }, all: lines.length, pageSize });
}
