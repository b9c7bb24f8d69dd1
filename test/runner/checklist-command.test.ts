import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomIds } from '../../lib/adapters/ids.ts';
import type { ChecklistPorts } from '../../lib/checklist/checklist-ports.ts';
import { openChecklist, tickBoxes } from '../../lib/checklist/use-checklist.ts';
import type { FailureId } from '../../lib/failure/ids.ts';
import { publishRegistry } from '../../lib/gate/publish-registry.ts';
import { Policy } from '../../lib/policy/policy.ts';
import { dynamoStores } from '../contracts/stores/stores.ts';
import { startTableHost, type TableHost } from './table-host.ts';

const run = promisify(execFile);
const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures' },
  components: { shop: { checklist: { before: [{ text: 'The export is paused', required: true }] } }, mail: {} },
});
let host: TableHost;
let ports: ChecklistPorts;
beforeAll(async () => {
  host = await startTableHost();
  const stores = dynamoStores(host.table);
  ports = {
    ...stores,
    policy,
    ids: randomIds(),
    now: () => new Date('2026-11-23T03:00:00.000Z'),
    log: () => undefined,
  };
  await publishRegistry(ports);
});
afterAll(() => host.close());

const checklist = async (...args: string[]) => run(host.node, [host.script, 'checklist', ...args], { env: host.env() });

describe('kintsugi checklist', () => {
  it('prints what would be on it before anybody starts, with what failures taught and no steering of the terminal', async () => {
    const failureId = 'F-7K3Q9D' as FailureId;
    const lesson = { schema: 1 as const, component: 'shop', key: failureId, failureId, at: '2026-11-01T00:00:00.000Z' };
    await ports.checklists.keepLesson({ ...lesson, texts: ['Warm the \u001b[31mcache first'] });
    const { stdout, stderr } = await checklist('shop');
    expect(stdout).toContain('# Checklist of shop\n\nNobody is at it.');
    expect(stdout).toContain(
      '- [ ] (!) The export is paused\n- [ ] Warm the  [31mcache first [learned from F-7K3Q9D]\n',
    );
    expect(stdout).toContain('## Afterwards\n\n- [ ] All tests pass');
    expect(stderr).not.toContain('registered');
    expect((await checklist('shpo')).stderr).toContain('Did you mean shop?');
  });

  it('prints the one that people tick in Slack', async () => {
    await openChecklist(ports, { component: 'mail', by: 'U0ADA' });
    await tickBoxes(ports, { component: 'mail', number: 1, by: 'U0BOB', on: [1], off: [] });
    const { stdout } = await checklist('mail');
    expect(stdout).toContain('# Checklist 1 of mail\n\n1 of 15 ticked. Started by U0ADA, 2026-11-23T03:00:00Z.');
    expect(stdout).toContain('- [x] Current tests pass (U0BOB, 2026-11-23T03:00:00Z)');
    const asked = JSON.parse((await checklist('mail', '--json')).stdout);
    expect(asked).toMatchObject({ component: 'mail', number: 1, holdsGate: false });
    expect(asked.boxes[1].ticked).toMatchObject({ by: 'U0BOB' });
    expect(asked.boxes).toHaveLength(15);
  });
});
