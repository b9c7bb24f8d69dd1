import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from './open-browser.ts';
import type { Person } from './people.ts';
import { startTwoPeople, type TwoPeople } from './two-people.ts';

describe.skipIf(chromiumPath === undefined)('a report that two people write, in the page', () => {
  let people: TwoPeople | undefined;
  let [ada, grace] = [] as unknown as [Person, Person];

  beforeAll(async () => {
    people = await startTwoPeople('report');
    ({ ada, grace } = people);
    await grace.page.getByTestId('theme').click();
    await people.fail({
      component: 'shop',
      summary: 'Orders answer 500',
      error: { type: 'CertificateError', message: 'certificate has expired' },
      attemptedFixes: [{ what: 'restarted it', result: 'no change' }],
    });
  }, 180_000);

  afterAll(() => people?.close());

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
