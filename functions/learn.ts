import type { SQSHandler } from 'aws-lambda';
import { learnBatch } from '../lib/adapters/sqs/learn-batch.ts';
import { learnApp } from '../lib/app.ts';

const app = await learnApp(process.env);

/** A failure changed: memory is made to say what the table says. */
export const handler: SQSHandler = (event) => learnBatch(app, event);
