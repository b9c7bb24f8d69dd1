import { searchFailures } from '../../../pattern/search-failures.ts';
import type { Message } from '../cards/failure-card.ts';
import { searchMessage } from '../cards/search-message.ts';
import { clip } from '../escape.ts';
import type { SearchQuery } from '../tool-action-ids.ts';
import type { SlackPorts } from './slack-ports.ts';

/** As many words as a button can carry to the next page; nobody types more. */
const mostLetters = 300;

/** One page of what is found for the words, as everything stands now. */
export async function showSearch(
  ports: Pick<SlackPorts, 'search' | 'failures' | 'ledger' | 'policy' | 'now' | 'log'>,
  query: SearchQuery,
): Promise<Message> {
  const asked = { ...query, words: clip(query.words, mostLetters) };
  return searchMessage(await searchFailures(ports, asked), asked, {
    isCut: asked.words !== query.words,
    isKnown: (component) => Object.hasOwn(ports.policy.components, component),
  });
}
