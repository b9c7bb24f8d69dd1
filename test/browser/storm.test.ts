import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startLocalStack } from '../../local/stack.ts';
import { chromiumPath, launchBrowser } from './open-browser.ts';
import { type Person, personAt } from './people.ts';

describe.skipIf(chromiumPath === undefined)('a storm and a mute, in the page', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kintsugi-storm-'));
  let stack: Stack;
  let browser: Browser;
  let [ada, grace] = [] as unknown as [Person, Person];
  const what = 'bakery cellar dairy engine forest garden harbour island jungle kiosk ladder market'.split(' ');
  let sent = 0;
  const fail = async (sqs: SQSClient, component: string, summary: string, severity: number) => {
    const occurredAt = new Date().toISOString();
    const signal = { version: 1, id: `storm-${sent++}`, occurredAt, component, severity, summary };
    const MessageBody = JSON.stringify(signal);
    await sqs.send(new SendMessageCommand({ QueueUrl: stack.endpoints.failuresQueueUrl, MessageBody }));
  };
  let sqs: SQSClient;

  beforeAll(async () => {
    [browser, stack] = await Promise.all([launchBrowser(), startLocalStack({ port: 0, dataDir })]);
    const { url, users, channels } = stack.endpoints;
    const at = (name: string) => personAt(browser, `${url}/?user=${users[name]}&channel=${channels.failures}`);
    [ada, grace] = await Promise.all([at('ada'), at('grace')]);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const endpoint = stack.endpoints.sqsEndpoint;
    sqs = new SQSClient({ region: 'us-east-1', endpoint, credentials, useQueueUrlAsEndpoint: false });
  }, 180_000);

  afterAll(async () => {
    sqs?.destroy();
    await browser?.close();
    await stack?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is one message that counts; whoever takes one of them sees it on a card', { timeout: 180_000 }, async () => {
    for (const [n, word] of what.entries()) await fail(sqs, 'shop', `Orders of the ${word} are late`, 2 + (n % 2));
    for (const word of what) await fail(sqs, 'storefront', `Page of the ${word} is slow`, 2);
    // Eight have cards of their own, and one more every ten seconds: on a busy machine the storm is that much smaller.
    const storm = await ada.card(/Storm: 1\d failures/);
    await storm.scrollIntoViewIfNeeded();
    await ada.picture('storm');
    await ada.closeUp(storm, 'storm');
    await ada.inTheOtherTheme(() => ada.picture('storm-dark'));
    await storm.getByRole('button', { name: /^Show them/ }).click();
    const all = ada.page
      .getByTestId('ephemeral')
      .filter({ hasText: /Failures 1 to 10 of 1\d/ })
      .last();
    await all.waitFor();
    await ada.picture('storm-list');
    await ada.closeUp(all, 'private-storm');
    const id = /F-[0-9A-Z]{6}/.exec(await all.innerText())?.[0] ?? 'none';
    await all.getByRole('button', { name: `Acknowledge ${id}` }).click();
    const card = await grace.card(new RegExp(`${id} · seen`));
    expect(await card.innerText()).toContain('Acknowledged');
    await ada.card(/1 acknowledged/);
  });

  it('says what is held back, by whom and why, and lets go of it', { timeout: 180_000 }, async () => {
    await grace.say('/failure mute storefront 2h');
    await grace.modal.getByLabel('Why?').fill('Moving it to the new host');
    await grace.picture('mute-form');
    await grace.modal.getByRole('button', { name: 'Mute it' }).click();
    await grace.modal.getByText('is muted until').waitFor();
    await grace.modal.getByRole('button', { name: 'Close' }).last().click();
    await fail(sqs, 'storefront', 'The basket of the customer is empty', 3);
    const message = await grace.card(/Held back so far: 1 failure/);
    await message.scrollIntoViewIfNeeded();
    await grace.picture('mute');
    await grace.inTheOtherTheme(() => grace.picture('mute-dark'));
    await message.getByRole('button', { name: /^Unmute/ }).click();
    await grace.card(/is heard again/);
  });
});
