import type { SQSHandler } from 'aws-lambda';
import { z } from 'zod';
import { parseMessage } from '../lib/adapters/sqs/hints.ts';
import { processBatch } from '../lib/adapters/sqs/partial-batch.ts';
import { recoveryApp } from '../lib/app.ts';
import { SignedEnvelope } from '../lib/recovery/command.ts';
import { followRun, RunHint } from '../lib/recovery/follow-run.ts';
import { openReport } from '../lib/recovery/open-report.ts';
import { recordReport } from '../lib/recovery/record-report.ts';

/** Both queues come here: a hint names a run, a report is a signed envelope. */
const Message = z.looseObject({ payload: z.unknown().optional() });

const app = await recoveryApp(process.env);

/** A run is due, or its runner has something to say. */
export const handler: SQSHandler = (event) =>
  processBatch(
    event,
    (record) =>
      'payload' in parseMessage(Message, record.body)
        ? recordReport(app, openReport(app, parseMessage(SignedEnvelope, record.body, 'invalid_report')))
        : followRun(app, parseMessage(RunHint, record.body)),
    app,
  );
