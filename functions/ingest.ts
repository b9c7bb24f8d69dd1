import type { SQSHandler } from 'aws-lambda';
import { ingestBatch } from '../lib/adapters/sqs/ingest-batch.ts';
import { ingestApp } from '../lib/app.ts';

const app = await ingestApp(process.env);

/** Signals become failures: each is stored once, or kept with the reason why it cannot be. */
export const handler: SQSHandler = (event) => ingestBatch(app, event);
