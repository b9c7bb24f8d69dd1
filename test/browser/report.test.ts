import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startLocalStack } from '../../local/stack.ts';
import { chromiumPath, launchBrowser } from './open-browser.ts';
import { type Person, personAt } from './people.ts';

describe.skipIf(chromiumPath === undefined)('a report that two people write, in the page', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kintsugi-report-'));
  let stack: Stack;
  let browser: Browser;
  let [ada, grace] = [] as unknown as [Person, Person];

  beforeAll(async () => {
    [browser, stack] = await Promise.all([launchBrowser(), startLocalStack({ port: 0, dataDir })]);
    const { url, users, channels } = stack.endpoints;
    const at = (name: string) => personAt(browser, `${url}/?user=${users[name]}&channel=${channels.failures}`);
    [ada, grace] = await Promise.all([at('ada'), at('grace')]);
    await grace.page.getByTestId('theme').click();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const endpoint = stack.endpoints.sqsEndpoint;
    const sqs = new SQSClient({ region: 'us-east-1', endpoint, credentials, useQueueUrlAsEndpoint: false });
    const signal = {
      version: 1,
      id: 'report-1',
      occurredAt: new Date().toISOString(),
      component: 'shop',
      severity: 3,
      summary: 'Orders answer 500',
      error: { type: 'CertificateError', message: 'certificate has expired' },
      attemptedFixes: [{ what: 'restarted it', result: 'no change' }],
    };
    const QueueUrl = stack.endpoints.failuresQueueUrl;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(signal) }));
    sqs.destroy();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const field = ({ modal }: Person, name: string) => modal.locator(`[data-action-id^="${name}"]`).first();
  const send = ({ page }: Person) => page.getByTestId('modal-submit').last().click();
  const closed = ({ page }: Person) => page.getByTestId('modal').first().waitFor({ state: 'detached' });
  async function openForm(person: Person, buttons: readonly string[], firstField: string): Promise<void> {
    await person.openForm(
      async (wait) => {
        const [onCard = '', ...inForm] = buttons;
        await (await person.card('Orders answer 500')).getByRole('button', { name: onCard }).click(wait);
        for (const name of inForm) await person.modal.getByRole('button', { name }).click(wait);
      },
      () => field(person, firstField),
    );
  }
  const openEdit = (person: Person) => openForm(person, ['More…', 'Edit report…'], 'impact');

  it('is merged, and what both changed is asked again with both words in it', { timeout: 120_000 }, async () => {
    await Promise.all([openEdit(ada), openEdit(grace)]);
    await ada.picture('edit-report');
    await ada.closeUp(ada.modal, 'form-edit');
    await grace.picture('edit-report-dark');
    await field(grace, 'impact').fill('All shops in Europe');
    await field(grace, 'lessons').fill('Watch the end of certificates');
    await send(grace);
    await closed(grace);
    await field(ada, 'impact').fill('Nobody can pay');
    await field(ada, 'shortTerm').fill('A certificate for a month');
    await send(ada);
    await ada.modal.getByText('You both changed it').waitFor();
    expect(await ada.modal.textContent()).toMatch(
      /grace changed Impact and Lessons learned[\s\S]*Short-term fix is saved/,
    );
    await ada.picture('edit-report-both');
    await ada.closeUp(ada.modal, 'form-edit-both');
    await send(ada);
    await closed(ada);
    const card = await ada.card('All shops in Europe; Nobody can pay');
    await card.getByTestId('replies').click();
    await ada.reply('Report edited: Impact, Lessons learned');
  });

  it('is resolved with what fixed it, and the other is told so', { timeout: 120_000 }, async () => {
    for (const person of [ada, grace]) await openForm(person, ['Resolve'], 'rootCause');
    await ada.picture('resolve');
    await ada.closeUp(ada.modal, 'form-resolve');
    await grace.picture('resolve-dark');
    await field(ada, 'rootCause').fill('The certificate had expired, and nobody renewed it');
    await field(ada, 'fixedBy').fill('Put a new certificate in place');
    await send(ada);
    await closed(ada);
    await ada.card(/Shop · resolved/);
    await ada.reply('Resolved by hand: Put a new certificate in place');
    await ada.picture('resolved-by-hand');
    await field(grace, 'prevention').fill('An alarm 30 days before');
    await send(grace);
    await grace.modal.getByText('What you wrote is in its report').waitFor();
    await grace.picture('resolved-already');
    await grace.closeUp(grace.modal, 'form-too-late');
    await grace.page.keyboard.press('Escape');
    const id = /F-[0-9A-Z]{6}/.exec((await (await ada.card('Orders answer 500')).textContent()) ?? '')?.[0] ?? '';
    await grace.say(`/failure show ${id}`);
    await grace.privately('An alarm 30 days before', 'show-written');

    // What it taught is on the next checklist, once it is learned.
    const lesson = () => checklist().getByText('An alarm 30 days before');
    const checklist = () => grace.page.getByTestId('ephemeral').filter({ hasText: 'of Shop' }).last();
    for (let tries = 0; tries < 20; tries++) {
      await grace.say('/failure checklist shop');
      await checklist().waitFor();
      if ((await lesson().count()) > 0) break;
      await checklist().getByRole('button', { name: 'Close this checklist of shop', exact: true }).click();
      await grace.page.getByRole('button', { name: 'Close it' }).click();
      await checklist().getByText('Closed by').waitFor();
      await checklist().getByTestId('dismiss').click();
    }
    await checklist().getByText(`learned from ${id}`).waitFor();
    expect(await lesson().count()).toBe(1);
  });
});
