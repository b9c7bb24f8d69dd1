import type { Actor } from '../../../failure/ids.ts';
import type { GateHolder } from '../../../gate/gate.ts';
import type { GateScope } from '../../../gate/gate-scope.ts';
import { openGate } from '../../../gate/open-gate.ts';
import type { SlackPorts } from './slack-ports.ts';

/** Opens it, and lets the failures that had shut it know, so that their cards do not go on saying that it is shut. */
export async function openByHand(
  ports: Pick<SlackPorts, 'gates' | 'failures' | 'hints' | 'now' | 'log'>,
  { scope, id, shutAt, by }: { scope: GateScope; id: string; shutAt: string | undefined; by: Actor },
): Promise<GateHolder[]> {
  const opened = await openGate(ports, { scope, id, shutAt, by });
  ports.log('gate opened by hand', { scope, holder: id, by, holders: opened.length });
  const concerned = new Set(opened.flatMap(({ failureId }) => (failureId ? [failureId] : [])));
  for (const failureId of concerned) {
    await ports.failures.addDue(failureId, 'effects', ports.now().getTime());
    await ports.hints.effects({ failureId });
  }
  return opened;
}
