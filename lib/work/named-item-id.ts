import { hash128 } from '../signal/hash.ts';
import { WorkItemId } from './work-item.ts';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The item that mends a failure, of one episode (`<failure>#<episode>`, which also names the gate's holder). */
export const fixItemId = (episode: string): WorkItemId => namedItemId(`fix/${episode}/0`);

/** `W-` and eight Crockford characters of the name's hash: the same name is the same item, whoever makes it and however often. */
export function namedItemId(name: string): WorkItemId {
  const bits = BigInt(`0x${hash128(name).slice(0, 10)}`);
  const characters = Array.from({ length: 8 }, (_, at) => crockford[Number((bits >> BigInt(5 * at)) & 31n)]);
  return WorkItemId.parse(`W-${characters.join('')}`);
}
