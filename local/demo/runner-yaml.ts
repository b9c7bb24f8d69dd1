import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Stack } from '../stack.ts';
import { logOf, type ServiceName, type Services } from './services.ts';

/** The demo's runner.yml: each key that a host can have, on a shop that is really there. */
export function runnerYaml(stack: Stack, { folder, shop }: { folder: string; shop: string }, { ports }: Services) {
  const service = (verb: 'start' | 'stop' | 'health', name: ServiceName) => ({
    command: ['./service', verb, name],
    folder,
    timeoutSeconds: 15,
  });
  const run = (name: ServiceName) => ({
    stop: service('stop', name),
    start: service('start', name),
    health: service('health', name),
  });
  const check = { command: ['npm', 'test'], folder: shop, timeoutSeconds: 60 };
  return stringify({
    name: 'demo',
    queues: {
      commands: stack.queueUrl('commands-demo'),
      results: stack.queueUrl('results'),
      failures: stack.endpoints.failuresQueueUrl,
    },
    keys: { file: stack.keys.demoRunnerFile, recovery: stack.keys.commandPublicKey },
    journal: 'journal',
    workTrees: {
      shop: { path: shop, component: 'shop', check: { command: check.command, timeoutSeconds: 60 } },
    },
    components: {
      shop: {
        ...run('shop'),
        diagnose: {
          ports: [ports.shop],
          checks: { tests: check },
          logs: [logOf(folder, 'shop')],
        },
        clean: {
          queue: join(shop, 'orders'),
          temp: [{ root: join(shop, 'cache'), pattern: '*.tmp' }],
        },
      },
      storefront: { ...run('storefront'), diagnose: { ports: [ports.storefront] } },
    },
    actions: {
      'no-discount': {
        component: 'shop',
        title: "Sell without this week's discount",
        command: ['touch', 'discounts.off'],
        folder: shop,
        verify: check,
        undo: { command: ['rm', '-f', 'discounts.off'], folder: shop },
      },
    },
  });
}
