import type { FailureStatus } from '../failure/failure.ts';
import type { Policy } from '../policy/policy.ts';
import { componentNames } from './card-content.ts';
import type { AlertView } from './content.ts';
import type { Desk } from './desk.ts';

/** What a place away from the card is told. */
export function alertOf({ policy }: { policy: Policy }, desk: Desk, status: FailureStatus): AlertView {
  const { failure } = desk.stored;
  const permalink = desk.card.place?.permalink;
  return {
    failureId: failure.id,
    title: failure.title,
    componentTitle: componentNames(policy, failure.component).title,
    level: failure.level,
    status,
    ...(permalink && { permalink }),
  };
}
