import { SQSClient } from '@aws-sdk/client-sqs';

/** A queue that hangs must not eat the function's time: two tries of at most two seconds each. */
export function sqsClient(): SQSClient {
  return new SQSClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  });
}
