import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startLocalStack } from '../../local/stack.ts';
import { chromiumPath, launchBrowser } from './open-browser.ts';
import { type Person, personAt } from './people.ts';

describe.skipIf(chromiumPath === undefined)('a checklist, ticked by two people in the page', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kintsugi-checklist-'));
  let stack: Stack;
  let browser: Browser;
  let [ada, grace] = [] as unknown as [Person, Person];

  beforeAll(async () => {
    [browser, stack] = await Promise.all([launchBrowser(), startLocalStack({ port: 0, dataDir })]);
    const { url, users, channels } = stack.endpoints;
    const at = (name: string) => personAt(browser, `${url}/?user=${users[name]}&channel=${channels.failures}`);
    [ada, grace] = await Promise.all([at('ada'), at('grace')]);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const list = (person: Person) => person.cards.filter({ hasText: /Checklist \d of Shop/ }).last();
  const tick = (person: Person, box: string) => list(person).getByText(box).click();
  const says = (person: Person, words: string | RegExp) => list(person).getByText(words).first().waitFor();

  it('both tick on one message, each sees the other’s, and the gate opens with the last ❗', {
    timeout: 120_000,
  }, async () => {
    await ada.say('/failure checklist shop --public');
    await says(ada, '0 of 17 ticked');
    await says(grace, /The gate of Shop is shut/);
    await tick(ada, 'Dependencies are running and healthy');
    await says(grace, '1 of 17 ticked');
    await tick(grace, 'Current tests pass');
    await says(ada, '2 of 17 ticked');
    expect(await list(ada).getByRole('checkbox', { checked: true }).count()).toBe(2);
    await ada.say('/failure gate shop');
    await ada.privately(/Checklist 1: "No order is being paid right now" not ticked yet/);
    await list(ada).scrollIntoViewIfNeeded();
    await ada.picture('checklist');
    await ada.closeUp(list(ada), 'checklist');

    await tick(grace, 'No order is being paid right now');
    await list(ada)
      .getByText(/The gate of Shop is shut/)
      .waitFor({ state: 'detached' });
    await grace.say('/failure gate shop');
    await grace.privately(/open.*work goes on/);
    await list(grace).getByRole('button', { name: 'Close this checklist of shop', exact: true }).click();
    await grace.page.getByRole('button', { name: 'Close it' }).click();
    await says(ada, /Closed by/);
    await says(ada, '3 of 17 ticked');
  });
});
