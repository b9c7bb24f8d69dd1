import type { SQSHandler } from 'aws-lambda';
import { z } from 'zod';
import { parseMessage } from '../lib/adapters/sqs/hints.ts';
import { processBatch } from '../lib/adapters/sqs/partial-batch.ts';
import { notifyApp } from '../lib/app.ts';
import { FailureId, RunId } from '../lib/failure/failure.ts';
import { showFailure } from '../lib/response/show-failure.ts';

/** Something changed; the table says what. */
const Hint = z.object({ failureId: FailureId, runId: RunId.optional() });

const app = await notifyApp(process.env);

/** Slack is made to show what the table says. */
export const handler: SQSHandler = (event) =>
  processBatch(event, (record) => showFailure(app, parseMessage(Hint, record.body)), app);
