import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startLocalStack } from '../../local/stack.ts';
import { chromiumPath, launchBrowser } from './open-browser.ts';
import { type Person, personAt } from './people.ts';

describe.skipIf(chromiumPath === undefined)('finding a failure, in the page', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kintsugi-search-'));
  let stack: Stack;
  let browser: Browser;
  let [ada, grace] = [] as unknown as [Person, Person];

  beforeAll(async () => {
    [browser, stack] = await Promise.all([launchBrowser(), startLocalStack({ port: 0, dataDir })]);
    const { url, users, channels } = stack.endpoints;
    const at = (name: string) => personAt(browser, `${url}/?user=${users[name]}&channel=${channels.failures}`);
    [ada, grace] = await Promise.all([at('ada'), at('grace')]);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const { sqsEndpoint: endpoint, failuresQueueUrl: QueueUrl } = stack.endpoints;
    const sqs = new SQSClient({ region: 'us-east-1', endpoint, credentials, useQueueUrlAsEndpoint: false });
    const occurredAt = new Date().toISOString();
    const summaries = ['Orders cannot be stored: connection refused', 'The label printer is out of paper'];
    for (const [n, summary] of summaries.entries()) {
      const signal = { version: 1, id: `search-${n}`, occurredAt, component: 'shop', severity: 3, summary };
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(signal) }));
    }
    sqs.destroy();
    await ada.card('connection refused');
    await ada.card('label printer');
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('by a misspelt word, with the reason, seen by nobody else', async () => {
    await ada.say('/failure search conection refused');
    await ada.page.getByText('is spelt like “conection”').waitFor();
    await ada.inTheOtherTheme(() => ada.picture('search-dark'));
    await ada.privately('It says “refused”', 'search');
    expect(await grace.page.getByText('is spelt like').count()).toBe(0);
  });

  it('by asking @kintsugi, for everybody', async () => {
    await ada.say('@kintsugi what about the label printer in shop today?');
    await grace.openThread('what about the label printer');
    const answer = await grace.reply('I understood');
    expect(await answer.innerText()).toMatch(/component Shop, today[\s\S]*The label printer is out of paper/i);
    await grace.picture('question');
    await grace.closeUp(answer, 'question');
  });
});
