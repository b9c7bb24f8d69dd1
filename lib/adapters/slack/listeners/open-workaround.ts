import type { ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import { componentPolicy } from '../../../policy/policy.ts';
import { approvalsFor } from '../../../recovery/approvals.ts';
import { rankWorkarounds } from '../../../recovery/rank-workarounds.ts';
import { standingWorkaroundModal } from '../modals/standing-workaround-modal.ts';
import { workaroundModal } from '../modals/workaround-modal.ts';
import type { SlackPorts } from './slack-ports.ts';

/** So many failures like this one are asked what was tried on them. */
const mostSimilar = 5;

/** What is in place already; else the component's known workarounds, ranked by what came of them on this failure and on those most like it. */
export async function openWorkaround(
  { runs, policy, now }: Pick<SlackPorts, 'runs' | 'policy' | 'now'>,
  failure: Failure,
): Promise<ModalView> {
  if (failure.workaround) return standingWorkaroundModal(failure, failure.workaround, now());
  const { workarounds, owner = policy.owner, recovery } = componentPolicy(policy, failure.component);
  const alike = failure.similar.filter(({ component }) => component === failure.component).slice(0, mostSimilar);
  const ids = workarounds.length > 0 ? [failure.id, ...alike.map(({ failureId }) => failureId)] : [];
  const tried = await Promise.all([...new Set(ids)].map((id) => runs.list(id)));
  return workaroundModal(failure, {
    known: rankWorkarounds(workarounds, tried.flat()),
    usualOwner: owner,
    now: now(),
    runner: recovery?.runner,
    approvals: approvalsFor(policy, failure, { strategy: 'workaround', dryRun: false }),
  });
}
