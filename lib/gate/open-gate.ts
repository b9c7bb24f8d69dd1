import type { Actor } from '../failure/ids.ts';
import type { GateHolder } from './gate.ts';
import { type GatePorts, mostLosses } from './gate-ports.ts';
import type { GateScope } from './gate-scope.ts';

/**
 * Takes the holders of a scope away, all or the one named, and returns those that it took. What a person opened is remembered:
 * a failure that is still open does not shut it again for the same reason. What opens because its reason is gone is not.
 * `shutAt`: only as it was shut then, and not what was shut anew since.
 */
export async function openGate(
  { gates, now }: Pick<GatePorts, 'gates' | 'now'>,
  { scope, id, shutAt, by }: { scope: GateScope; id?: string; shutAt?: string | undefined; by: Actor },
): Promise<GateHolder[]> {
  const taken: GateHolder[] = [];
  for (let losses = 0; losses < mostLosses; losses++) {
    const { holders } = await gates.held();
    const left = holders.filter(
      (holder) =>
        holder.scope === scope &&
        (id === undefined || holder.id === id) &&
        (shutAt === undefined || holder.shutAt === shutAt),
    );
    if (left.length === 0) return taken;
    for (const holder of left) {
      const opened = by.startsWith('system:') ? {} : { opened: { by, at: now().toISOString() } };
      if (await gates.remove(holder, opened)) taken.push(holder);
    }
  }
  throw new Error(`the gate of ${scope} changed ${mostLosses} times while it was being opened`);
}
