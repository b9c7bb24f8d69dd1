import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Level } from '../../lib/signal/signal.ts';
import { chromiumPath } from './open-browser.ts';
import type { Person } from './people.ts';
import { startTwoPeople, type TwoPeople } from './two-people.ts';

describe.skipIf(chromiumPath === undefined)('a storm and a mute, in the page', () => {
  let people: TwoPeople | undefined;
  let [ada, grace] = [] as unknown as [Person, Person];
  const what = 'bakery cellar dairy engine forest garden harbour island jungle kiosk ladder market'.split(' ');
  const fail = async (component: string, summary: string, severity: Level) =>
    people?.fail({ component, summary, severity });

  beforeAll(async () => {
    people = await startTwoPeople('storm');
    ({ ada, grace } = people);
  }, 180_000);

  afterAll(() => people?.close());

  it('is one message that counts; whoever takes one of them sees it on a card', { timeout: 180_000 }, async () => {
    for (const [n, word] of what.entries()) await fail('shop', `Orders of the ${word} are late`, n % 2 === 0 ? 2 : 3);
    for (const word of what) await fail('storefront', `Page of the ${word} is slow`, 2);
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
    await fail('storefront', 'The basket of the customer is empty', 3);
    const message = await grace.card(/Held back so far: 1 failure/);
    await message.scrollIntoViewIfNeeded();
    await grace.picture('mute');
    await grace.inTheOtherTheme(() => grace.picture('mute-dark'));
    await message.getByRole('button', { name: /^Unmute/ }).click();
    await grace.card(/is heard again/);
  });
});
