import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from './open-browser.ts';
import type { Person } from './people.ts';
import { startTwoPeople, type TwoPeople } from './two-people.ts';

describe.skipIf(chromiumPath === undefined)('finding a failure, in the page', () => {
  let people: TwoPeople | undefined;
  let [ada, grace] = [] as unknown as [Person, Person];

  beforeAll(async () => {
    people = await startTwoPeople('search');
    ({ ada, grace } = people);
    const summaries = ['Orders cannot be stored: connection refused', 'The label printer is out of paper'];
    for (const summary of summaries) await people.fail({ component: 'shop', summary });
    await ada.card('connection refused');
    await ada.card('label printer');
  }, 180_000);

  afterAll(() => people?.close());

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
