import { expect, it } from 'vitest';
import { memoryReportStore } from '../../../../lib/adapters/memory/report-store.ts';
import { reportMessage } from '../../../../lib/adapters/slack/cards/report-message.ts';
import { readReport } from '../../../../lib/report/read-report.ts';
import { requestedRun, runningRun } from '../../../contracts/stores/samples.ts';
import { failureId, recoveryWorld } from '../../recovery/recovery-world.ts';

it('names each recovery that was tried, who asked for it and who approved it, and no dry run', async () => {
  const { ports } = await recoveryWorld({ level: 4 });
  const at = ports.now().toISOString();
  const given = requestedRun(failureId);
  const run = runningRun({
    ...given,
    requestedBy: 'U0ADA',
    approvals: [{ by: 'U0BEN', at, planHash: 'a'.repeat(64) }],
  });
  await ports.runs.create(run, {});
  await ports.runs.create({ ...requestedRun(failureId), dryRun: true }, {});
  const report = await readReport({ ...ports, reports: memoryReportStore() }, failureId);
  if (!report) throw new Error('no report');
  const blocks = reportMessage(report).blocks as { elements?: { elements?: { elements?: object[] }[] }[] }[];
  const lines = blocks.flatMap(({ elements = [] }) => elements.flatMap(({ elements: inner = [] }) => inner));
  const tried = lines.flatMap(({ elements = [] }) => (JSON.stringify(elements).includes('(R-') ? [elements] : []));
  expect(tried).toEqual([
    [
      { type: 'text', text: `Rollback & retry (${run.id}), asked for by ` },
      { type: 'user', user_id: 'U0ADA' },
      { type: 'text', text: ': Under way.' },
      { type: 'text', text: ' Approved by ' },
      { type: 'user', user_id: 'U0BEN' },
      { type: 'text', text: ' ' },
      expect.objectContaining({ type: 'date' }),
    ],
  ]);
});

it('says how many of the earlier attempts are left out', async () => {
  const { ports } = await recoveryWorld({ level: 4 });
  const report = await readReport({ ...ports, reports: memoryReportStore() }, failureId);
  if (!report) throw new Error('no report');
  const tried = Array.from({ length: 8 }, () => runningRun(requestedRun(failureId)));
  expect(JSON.stringify(reportMessage({ ...report, tried }).blocks)).toContain(' (3 earlier left out)');
  expect(JSON.stringify(reportMessage({ ...report, tried: tried.slice(3) }).blocks)).not.toContain('left out');
});
