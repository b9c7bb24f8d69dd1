import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letPass } from '../chaos/moving-time.ts';
import { type StackUnderTest, startStackUnderTest } from '../chaos/stack-under-test.ts';
import { chromiumPath, launchBrowser } from './open-browser.ts';
import { type Person, personAt } from './people.ts';

const patience = { timeout: 180_000 };
/** What is filed so soon after a resolution is still its echo. */
const echoSeconds = 5;

/** What people do besides recovering, each as two of them see it; with SCREENSHOTS the pictures of docs/style.md. */
describe.skipIf(chromiumPath === undefined)('cards, forms and answers, as two people see them', () => {
  let stack: StackUnderTest;
  let browser: Browser;
  let [ada, grace] = [] as unknown as [Person, Person];
  let sent = 0;
  const fail = (component: string, summary: string, severity = 3) =>
    stack.send({
      version: 1,
      id: `style-${sent++}`,
      occurredAt: new Date().toISOString(),
      component,
      severity,
      summary,
    });

  beforeAll(async () => {
    [browser, stack] = await Promise.all([
      launchBrowser(),
      startStackUnderTest({ host: { schedules: { everyMs: 2000 } } }),
    ]);
    const { url, users, channels } = stack.endpoints;
    const at = (name: string) => personAt(browser, `${url}/?user=${users[name]}&channel=${channels.failures}`);
    [ada, grace] = await Promise.all([at('ada'), at('grace')]);
    for (const summary of ['Orders cannot be stored', 'The order table is locked']) {
      await fail('shop', summary);
      await ada.card(summary);
    }
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  const idOf = async (card: Locator) => /F-[0-9A-Z]{6}/.exec(await card.innerText())?.[0] ?? expect.fail('no id');
  const send = ({ page }: Person) => page.getByTestId('modal-submit').last().click();
  const field = ({ modal }: Person, name: string) => modal.locator(`[data-action-id^="${name}"]`).first();
  async function close({ page }: Person): Promise<void> {
    // What was opened from a form leaves that form behind it.
    await expect
      .poll(async () => {
        await page.keyboard.press('Escape');
        return page.getByTestId('modal').count();
      }, patience)
      .toBe(0);
  }
  const openForm = (person: Person, [onCard, inForm]: [Locator, string?], awaited: Locator) =>
    person.openForm(
      async (wait) => {
        await onCard.click(wait);
        if (inForm) await person.modal.getByRole('button', { name: inForm }).click(wait);
      },
      () => awaited,
    );
  const more = async (person: Person, card: string) => (await person.card(card)).getByRole('button', { name: 'More…' });
  /** What this person asked and nobody else sees. */
  async function ask(person: Person, other: Person, typed: string, says: string | RegExp, name?: string) {
    await person.say(typed);
    const answer = person.page.getByTestId('ephemeral').filter({ hasText: says }).last();
    await answer.waitFor();
    if (name) await person.closeUp(answer, `private-${name}`);
    expect(await other.page.getByTestId('ephemeral').filter({ hasText: says }).count()).toBe(0);
    return answer;
  }
  const dismiss = (answer: Locator) => answer.getByTestId('dismiss').click();

  it('says to everybody who has it', patience, async () => {
    await (await ada.card('Orders cannot be stored')).getByRole('button', { name: 'Acknowledge' }).click();
    const card = await grace.card(/Orders cannot be stored[\s\S]*Acknowledged by/);
    expect(await card.innerText()).toMatch(/Acknowledged by @?ada/i);
    await grace.closeUp(card, 'card-acknowledged');
    await grace.openThread('Orders cannot be stored');
    await grace.closeUp(await grace.reply(/^(?!.*Why level).*Acknowledged/s), 'entry');
  });

  it('merges two failures, and splits them again', patience, async () => {
    const [older, younger] = [
      await idOf(await ada.card('Orders cannot be stored')),
      await idOf(await ada.card('The order table is locked')),
    ];
    const other = ada.modal.getByRole('combobox', { name: 'It is the same failure as' });
    await openForm(ada, [await more(ada, 'The order table is locked'), 'Merge…'], other);
    await other.click();
    await ada.page.getByRole('option', { name: new RegExp(older) }).click();
    await ada.closeUp(ada.modal, 'form-merge');
    await send(ada);
    await ada.modal.getByText(`${younger} is part of ${older} now`).waitFor();
    await ada.closeUp(ada.modal, 'notice');
    await close(ada);

    const merged = await grace.card(/The order table is locked[\s\S]*Merged into/);
    expect(await merged.innerText()).toMatch(new RegExp(`Shop · merged[\\s\\S]*Merged into ${older} by`));
    await grace.closeUp(merged, 'card-merged');
    const whole = await grace.card(/Orders cannot be stored[\s\S]*Merged into it, and counted here/);
    expect(await whole.innerText()).toMatch(new RegExp(`${younger}[\\s\\S]*seen 2 times`, 'i'));
    await grace.closeUp(whole, 'card-counts-for-both');
    await grace.reply(new RegExp(`🔗.*${younger}`));

    const parts = grace.modal.getByRole('checkbox', { name: new RegExp(younger) });
    await openForm(grace, [await more(grace, 'Orders cannot be stored'), 'Split…'], parts);
    await parts.click();
    await grace.closeUp(grace.modal, 'form-split');
    await send(grace);
    await grace.modal.getByText(`${younger} is a failure of its own again`).waitFor();
    await close(grace);
    await ada.card(/The order table is locked[\s\S]*Open since/);
    await expect
      .poll(async () => (await ada.card('Orders cannot be stored')).innerText())
      .not.toContain('counted here');
    expect(await (await ada.card('Orders cannot be stored')).innerText()).toContain('seen once');
  });

  it('mutes a component and hears it again', patience, async () => {
    await grace.say('/failure mute storefront 2h');
    await field(grace, 'reason').fill('Moving it to the new host');
    await grace.closeUp(grace.modal, 'form-mute');
    await send(grace);
    await grace.modal.getByText('is muted until').waitFor();
    await close(grace);
    await ada.card(/Storefront is muted[\s\S]*Moving it to the new host/);
    await fail('storefront', 'The basket of the customer is empty');
    const message = await ada.card(/Held back so far: 1 failure/);
    await grace.card(/Held back so far: 1 failure/);
    expect(await ada.cards.filter({ hasText: 'Major: Storefront' }).count()).toBe(0);
    await ada.closeUp(message, 'mute');
    await dismiss(await ask(ada, grace, '/failure mute', /storefront is muted until/, 'mutes'));

    await message.getByRole('button', { name: /^Unmute/ }).click();
    const over = await grace.card(/Storefront is heard again[\s\S]*Held back: 1 failure/);
    expect(await over.innerText()).toMatch(/Unmuted by @?ada/i);
    await grace.closeUp(over, 'mute-over');
    await grace.card(/Major: Storefront[\s\S]*The basket of the customer is empty/);
  });

  it('keeps a workaround with its end, in the order of the queue', patience, async () => {
    const words = field(grace, 'text');
    await openForm(grace, [await more(grace, 'The basket of the customer is empty'), 'Workaround…'], words);
    await words.fill('Orders are written down by hand');
    await send(grace);
    await ada.card(/The basket of the customer is empty[\s\S]*Workaround until[\s\S]*written down by hand/);
    await openForm(
      ada,
      [await more(ada, 'The basket of the customer is empty'), 'Workaround…'],
      ada.modal.getByText('by hand'),
    );
    await ada.closeUp(ada.modal, 'form-standing-workaround');
    await close(ada);
    const queue = await ask(ada, grace, '/failure queue', 'Work queue');
    const priority = queue.getByRole('button', { name: /^Priority/ }).first();
    await openForm(ada, [priority], field(ada, 'priority'));
    await ada.closeUp(ada.modal, 'form-priority');
    await close(ada);
    await dismiss(queue);
  });

  it('shuts a gate by hand, and shows it to everybody who asks', patience, async () => {
    const open = await ask(grace, ada, '/failure gate storefront', 'Gate of Storefront', 'gate-of-one');
    await openForm(grace, [open.getByRole('button', { name: /^Shut/ })], field(grace, 'reason'));
    await field(grace, 'reason').fill('Stocktaking until noon');
    await grace.closeUp(grace.modal, 'form-gate');
    await send(grace);
    await close(grace);
    await dismiss(await ask(ada, grace, '/failure gate', /shut[\s\S]*Stocktaking until noon/));
  });

  it('answers one person alone', patience, async () => {
    const id = await idOf(await ada.card('Orders cannot be stored'));
    await dismiss(await ask(ada, grace, '/failure list', /Open failures, worst first/, 'list'));
    await dismiss(await ask(ada, grace, `/failure show ${id}`, 'Timeline'));
    await dismiss(await ask(ada, grace, `/failure export ${id}`, '# ', 'export'));
    await dismiss(await ask(ada, grace, '/failure help', 'file a failure', 'help'));
    await dismiss(await ask(ada, grace, '/failure lits', 'list', 'typo'));
  });

  it('takes a report by hand', patience, async () => {
    await ada.say('/failure report The label printer is out of paper');
    await ada.modal.getByText('What failed, in one line').waitFor();
    await ada.closeUp(ada.modal, 'form-report');
    expect(await field(ada, 'summary').inputValue()).toBe('The label printer is out of paper');
    await close(ada);
  });

  it('says that it happened again, on both cards', patience, async () => {
    const card = await ada.card('Orders cannot be stored');
    await openForm(ada, [card.getByRole('button', { name: 'Resolve' })], field(ada, 'rootCause'));
    await field(ada, 'rootCause').fill('The disk was full');
    await send(ada);
    await grace.card(/Orders cannot be stored[\s\S]*Resolved by/);
    letPass(echoSeconds);
    await fail('shop', 'Orders cannot be stored');
    const again = await grace.card(/Major: Shop · again[\s\S]*Orders cannot be stored/);
    expect(await again.innerText()).toMatch(/Seen before/);
    const past = grace.cards.filter({ hasText: /Orders cannot be stored[\s\S]*Happened again/ }).first();
    await past.waitFor();
    await grace.closeUp(past, 'card-past');
  });

  it('has a post-mortem for what was critical', patience, async () => {
    await fail('shop', 'All carts are empty', 4);
    const id = await idOf(await ada.card(/Critical[\s\S]*All carts are empty/));
    // It opens a moment after the card.
    await grace.openThread('All carts are empty');
    await (await grace.reply(/Post-mortem opened/)).waitFor();
    await dismiss(await ask(ada, grace, `/failure postmortem ${id}`, 'What Went Well', 'postmortem'));
  });
});
