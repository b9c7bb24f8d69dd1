import { SQSClient } from '@aws-sdk/client-sqs';

/** A queue that hangs must not eat the function's time: three tries of at most two seconds each. */
export function sqsClient(): SQSClient {
  return new SQSClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 1000, requestTimeout: 2000 } });
}
