import { idFrom } from '../signal/hash.ts';
import { WorkItemId } from './work-item.ts';

/** The item that mends a failure, of one episode (`<failure>#<episode>`, which also names the gate's holder). */
export const fixItemId = (episode: string): WorkItemId => namedItemId(`fix/${episode}/0`);

/** The same name is the same item, whoever makes it and however often. */
export function namedItemId(name: string): WorkItemId {
  return WorkItemId.parse(`W-${idFrom(name, 8)}`);
}
