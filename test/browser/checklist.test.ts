import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from './open-browser.ts';
import type { Person } from './people.ts';
import { startTwoPeople, type TwoPeople } from './two-people.ts';

describe.skipIf(chromiumPath === undefined)('a checklist, ticked by two people in the page', () => {
  let people: TwoPeople | undefined;
  let [ada, grace] = [] as unknown as [Person, Person];

  beforeAll(async () => {
    people = await startTwoPeople('checklist');
    ({ ada, grace } = people);
  }, 180_000);

  afterAll(() => people?.close());

  const list = (person: Person) => person.cards.filter({ hasText: /Checklist \d of Shop/ }).last();
  const tick = (person: Person, box: string) => list(person).getByText(box).click();
  const says = (person: Person, words: string | RegExp) => list(person).getByText(words).first().waitFor();

  it('both tick on one message, each sees the other’s, and the gate opens with the last ❗', {
    timeout: 120_000,
  }, async () => {
    await ada.say('/failure checklist shop --public');
    const look = await grace.card('Nobody is at a checklist of Shop');
    await grace.closeUp(look, 'checklist-preview');
    await look.getByText('Start checklist', { exact: true }).click();
    await grace.page.getByRole('button', { name: 'Start it' }).click();
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
