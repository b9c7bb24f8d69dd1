import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where everything of a running stack is: DATA/endpoints.json, for any tool that wants to drive it. */
export interface Endpoints {
  url: string;
  slackApiUrl: string;
  /** Where Slack's signed requests go. */
  slackRequestUrl: string;
  slackBotToken: string;
  slackSigningSecret: string;
  teamId: string;
  /** Name to id. */
  users: Record<string, string>;
  channels: Record<string, string>;
  dynamodbEndpoint: string;
  tableName: string;
  sqsEndpoint: string;
  failuresQueueUrl: string;
  qdrantUrl: string;
}

export function writeEndpoints(dataDir: string, endpoints: Endpoints): void {
  // It holds the workspace's token and secret.
  writeFileSync(path.join(dataDir, 'endpoints.json'), `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
}

/** SQS's port at the last start: programs that were pointed at it (a runner, a shell's variables) find it again. */
export function lastSqsPort(dataDir: string): number {
  try {
    const { sqsEndpoint } = JSON.parse(readFileSync(path.join(dataDir, 'endpoints.json'), 'utf8')) as Endpoints;
    return Number(new URL(sqsEndpoint).port);
  } catch {
    // The first start, or a file that was cut short: any port will do.
    return 0;
  }
}
