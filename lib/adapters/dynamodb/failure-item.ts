import { z } from 'zod';
import { CardPlace, Failure } from '../../failure/failure.ts';
import { BundleId } from '../../noise/bundle.ts';
import type { CardRecord, StoredFailure } from '../../ports.ts';
import { blankCard, isForgotten } from '../remembered-cards.ts';
import { attendedOf } from './attended.ts';
import { type Item, pickPresent } from './table.ts';

/** Every attribute that any status has. A save removes those that the new status lacks. */
export const failureAttributes: readonly string[] = [
  ...new Set(Failure.options.flatMap((status) => Object.keys(status.shape))),
];

export function failureOf(item: Item): Failure {
  return Failure.parse(pickPresent(item, failureAttributes));
}

const cardPrefix = 'c#';
const leasePrefix = 'l#';
export const cardAttribute = (key: string): string => `${cardPrefix}${key}`;
/** Beside the card, because a lease is taken before there is a card. */
export const leaseAttribute = (key: string): string => `${leasePrefix}${key}`;

const Lease = z.object({ holder: z.string(), until: z.number() });
/** Names every field of a card, so that one which is added there and forgotten here does not compile. */
const card = {
  channel: z.string(),
  episode: z.int(),
  posting: z.object({ token: z.string(), since: z.number() }).exactOptional(),
  place: CardPlace.exactOptional(),
  shownVersion: z.int(),
  shownCount: z.int(),
  threadedVersion: z.int(),
  runMessages: z.record(
    z.string(),
    z.object({
      ts: z.string().exactOptional(),
      since: z.number().exactOptional(),
      shown: z.string().exactOptional(),
    }),
  ),
  reposted: z.number().exactOptional(),
  rung: z.record(z.string(), z.number()).exactOptional(),
  postedVersion: z.int().exactOptional(),
  countedAt: z.number().exactOptional(),
  shown: z.string().exactOptional(),
  finished: z.literal(true).exactOptional(),
  folded: z
    .object({
      bundle: BundleId,
      version: z.int().exactOptional(),
      hasCard: z.literal(true).exactOptional(),
    })
    .exactOptional(),
  isAdmitted: z.literal(true).exactOptional(),
} satisfies Record<Exclude<keyof CardRecord, 'lease'>, z.ZodType>;
const Card = z.object(card);

export function cardOf(item: Item, key: string): CardRecord | undefined {
  const stored = item[cardAttribute(key)];
  const lease = item[leaseAttribute(key)];
  if (stored === undefined && lease === undefined) return undefined;
  return {
    ...(stored === undefined ? blankCard(key) : Card.parse(stored)),
    ...(lease === undefined ? {} : { lease: Lease.parse(lease) }),
  };
}

function cardsOf(item: Item): Record<string, CardRecord> {
  const keys = Object.keys(item).flatMap((name) =>
    name.startsWith(cardPrefix) || name.startsWith(leasePrefix) ? [name.slice(cardPrefix.length)] : [],
  );
  const cards: Record<string, CardRecord> = {};
  for (const key of new Set(keys)) {
    const card = cardOf(item, key);
    if (card) cards[key] = card;
  }
  return cards;
}

/** The attributes of cards that this state of the failure does not keep. */
export function forgottenCards(item: Item, failure: Failure): string[] {
  return Object.entries(cardsOf(item)).flatMap(([key, card]) =>
    isForgotten(failure, card) ? [cardAttribute(key), leaseAttribute(key)] : [],
  );
}

export function storedFailureOf(item: Item): StoredFailure {
  return { failure: failureOf(item), cards: cardsOf(item), ...attendedOf(item) };
}
