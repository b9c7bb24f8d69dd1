import type { SQSHandler } from 'aws-lambda';
import { notifyBatch } from '../lib/adapters/sqs/notify-batch.ts';
import { notifyApp } from '../lib/app.ts';

const app = await notifyApp(process.env);

/** A failure or a run changed: Slack is made to show what the table says. */
export const handler: SQSHandler = (event) => notifyBatch(app, event);
