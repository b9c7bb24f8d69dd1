import type { SQSHandler } from 'aws-lambda';
import { z } from 'zod';
import { parseMessage } from '../lib/adapters/sqs/hints.ts';
import { processBatch } from '../lib/adapters/sqs/partial-batch.ts';
import { learnApp } from '../lib/app.ts';
import { FailureId } from '../lib/failure/failure.ts';
import { learnFailure } from '../lib/pattern/learn-failure.ts';

const Hint = z.object({ failureId: FailureId });

const app = await learnApp(process.env);

/** A failure changed: memory is made to say what the table says. */
export const handler: SQSHandler = (event) =>
  processBatch(event, (record) => learnFailure(app, parseMessage(Hint, record.body).failureId), app);
