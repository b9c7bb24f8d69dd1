import { signalOfCommand } from '../../runner/signal-of-command.ts';
import type { World } from './world.ts';

/** What `npm test` of the shop prints when its cart is broken. */
const output = [
  '✖ GET /cart adds up one product (3.1ms)',
  '✖ GET /cart adds up several products (2.9ms)',
  "TypeError: Cannot read properties of undefined (reading 'percent')",
  '    at discounted (file:///srv/shop/discount.js:5:11)',
  '    at cart (file:///srv/shop/cart.js:12:20)',
  'ℹ pass 4',
  'ℹ fail 2',
].join('\n');

const sent = new WeakMap<World, Map<string, string>>();

/** The signal that `kintsugi run` sends for it. Sent again, it is the very same bytes, as from the spool. */
export function failedCheck(world: World, id: string, component = 'shop'): string {
  const bodies = sent.get(world) ?? new Map<string, string>();
  sent.set(world, bodies);
  const body = bodies.get(id) ?? JSON.stringify(signal(world.ports.now(), id, component));
  bodies.set(id, body);
  return body;
}

function signal(endedAt: Date, id: string, component: string) {
  const end = { command: ['npm', 'test'], exitCode: 1, how: 'exit 1', output, durationMs: 900, endedAt };
  const git = { branch: 'main', head: 'abcdef1', dirty: true };
  return signalOfCommand(end, { id, component, environment: 'test', git });
}
