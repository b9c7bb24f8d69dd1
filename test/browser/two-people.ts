import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SignalInput } from '../../lib/signal/signal.ts';
import { startLocalStack } from '../../local/stack.ts';
import { launchBrowser } from './open-browser.ts';
import { type Person, personAt } from './people.ts';

/** A stack of its own, ada and grace in the channel of its failures, and the queue that failures come by. */
export interface TwoPeople {
  ada: Person;
  grace: Person;
  fail(signal: Partial<SignalInput> & Pick<SignalInput, 'component' | 'summary'>): Promise<void>;
  close(): Promise<void>;
}

export async function startTwoPeople(name: string): Promise<TwoPeople> {
  const dataDir = mkdtempSync(join(tmpdir(), `kintsugi-${name}-`));
  const [browser, stack] = await Promise.all([launchBrowser(), startLocalStack({ port: 0, dataDir })]);
  const { url, users, channels, sqsEndpoint: endpoint, failuresQueueUrl: QueueUrl } = stack.endpoints;
  const at = (user: string) => personAt(browser, `${url}/?user=${users[user]}&channel=${channels.failures}`);
  const [ada, grace] = await Promise.all([at('ada'), at('grace')]);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ region: 'us-east-1', endpoint, credentials, useQueueUrlAsEndpoint: false });
  let sent = 0;
  return {
    ada,
    grace,
    async fail(given) {
      const signal = {
        version: 1,
        id: `${name}-${++sent}`,
        occurredAt: new Date().toISOString(),
        severity: 3,
        ...given,
      };
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(signal) }));
    },
    async close() {
      sqs.destroy();
      await browser.close();
      await stack.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
