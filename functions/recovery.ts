import type { SQSHandler } from 'aws-lambda';
import { recoveryBatch } from '../lib/adapters/sqs/recovery-batch.ts';
import { recoveryApp } from '../lib/app.ts';

const app = await recoveryApp(process.env);

/** A run is due, or its runner has something to say. */
export const handler: SQSHandler = (event) => recoveryBatch(app, event);
