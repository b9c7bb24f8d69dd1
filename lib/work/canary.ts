import type { GateHolder } from '../gate/gate.ts';
import { noteCanary } from '../gate/note-canary.ts';
import type { WorkPorts } from './work-ports.ts';

/** A claim takes this long at most; who dies in the middle of one keeps the canary's place no longer. */
export const claimingMs = 60_000;

/** Keeps a canary's place for as long as its item is leased. False: it is somebody else's by now. */
export async function holdCanary(
  ports: Pick<WorkPorts, 'gates' | 'ids' | 'now'>,
  { workItemId, until, of }: { workItemId: string; until: string; of?: readonly GateHolder[] },
): Promise<boolean> {
  for (let losses = 0; losses < 50; losses++) {
    const { holders } = await ports.gates.held();
    const isMine = (holder: GateHolder) => holder.canary?.workItemId === workItemId;
    const isGone = ({ scope, id }: GateHolder) => !holders.some((one) => one.scope === scope && one.id === id);
    // A gate that was opened meanwhile needs no canary.
    const isStillMine = (holder: GateHolder) =>
      isGone(holder) || holders.some((one) => one.scope === holder.scope && one.id === holder.id && isMine(one));
    if (of && !of.every(isStillMine)) return false;
    const mine = holders.filter(isMine);
    if (mine.length === 0) return true;
    // One at a time: what is lost on one of them must not free the others.
    const noted = await Promise.all(
      mine.map((holder) => noteCanary(ports, { what: 'claimed', workItemId, holders: [holder], until })),
    );
    if (noted.every(({ kind }) => kind === 'noted')) return true;
  }
  return false;
}
