import { expect, it } from 'vitest';
import { Signal } from '../../lib/signal/signal.ts';
import { WorkItem } from '../../lib/work/work-item.ts';
import { signalOfWork } from '../../runner/commands/work/signal-of-work.ts';

it('a failed attempt at a fix names the failure that it was to mend', () => {
  const at = new Date('2026-11-23T09:00:00Z');
  const since = at.toISOString();
  const item = WorkItem.parse({
    schema: 1,
    id: 'W-7K3Q9D2X',
    version: 1,
    kind: 'fix',
    title: 'Fix: orders time out',
    component: 'shop',
    priority: 30,
    requirements: [],
    failureId: 'F-7K3Q9D',
    createdAt: since,
    createdBy: 'system:protocol',
    lastAction: { id: 'one', by: 'system:protocol', at: since },
    state: 'pending',
  });
  const failed = { token: 'a-token-of-mine', summary: 'still slow', output: '', exitCode: 1, at };
  expect(Signal.parse(signalOfWork(item, failed)).labels).toEqual({ attempt: '1', 'work on': 'F-7K3Q9D' });
});
