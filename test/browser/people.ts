import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

const root = join(import.meta.dirname, '../..');
/** `SCREENSHOTS=docs/images npx vitest run test/browser` renews the pictures of the docs. */
const pictures = process.env.SCREENSHOTS;
const mostTries = 10;

/** One person in front of the page: the channel of the failures, and the thread of its newest card. */
export type Person = Awaited<ReturnType<typeof personAt>>;

export async function personAt(browser: Browser, address: string) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 1000 },
    timezoneId: 'UTC',
    locale: 'en-US',
  });
  const page: Page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(address);
  await page.getByTestId('workspace').waitFor();
  const cards = page.locator('main [data-testid="message"]');
  const thread = page.getByTestId('thread');
  const modal = page.getByTestId('modal').last();

  return {
    page,
    cards,
    thread,
    modal,
    close: () => context.close(),
    /** The newest card that says this; waits for it. */
    async card(says: string | RegExp): Promise<Locator> {
      const card = cards.filter({ hasText: says }).last();
      await card.waitFor();
      return card;
    },
    async openThread(says: string | RegExp): Promise<void> {
      await cards.filter({ hasText: says }).last().getByTestId('replies').click();
      await thread.waitFor();
    },
    /** The newest message of the thread that says this. */
    async reply(says: string | RegExp): Promise<Locator> {
      const message = thread.getByTestId('message').filter({ hasText: says }).last();
      await message.waitFor();
      return message;
    },
    /** Waits for what only this person sees, and puts it away. */
    async privately(says: string | RegExp, name?: string): Promise<void> {
      const answer = page.getByTestId('ephemeral').filter({ hasText: says }).last();
      await answer.waitFor();
      await answer.scrollIntoViewIfNeeded();
      if (name) await picture(page, name);
      if (name) await closeUp(page, answer, `private-${name}`);
      await answer.getByTestId('dismiss').click();
      await answer.waitFor({ state: 'detached' });
    },
    home: page.getByTestId('home'),
    /** Opens the app's Home tab, and waits until it is drawn. */
    async openHome(): Promise<void> {
      await page.getByTestId('app-home-link').click();
      await page.getByTestId('home').getByText('As of').waitFor();
    },
    async goTo(channel: string): Promise<void> {
      await page.locator(`[data-channel-link="${channel}"]`).click();
      await page.getByTestId('composer').waitFor();
    },
    /** What somebody looks like who prefers the other colours. */
    async inTheOtherTheme(look: () => Promise<void>): Promise<void> {
      await page.getByTestId('theme').click();
      await look();
      await page.getByTestId('theme').click();
    },
    /** On a busy machine a form can be too late for Slack, which says so: then one presses once more. */
    async openForm(
      press: (wait: { timeout: number }) => Promise<void>,
      form: (modal: Locator) => Locator,
    ): Promise<void> {
      const wait = { timeout: 10_000 };
      const open = async () => {
        await press(wait);
        await form(modal).first().waitFor(wait);
      };
      for (let tries = 0; tries < 3; tries++) {
        const isOpen = await open().then(
          () => true,
          () => false,
        );
        if (isOpen) return;
        // A form may be open above another one.
        for (let n = await page.getByTestId('modal').count(); n > 0; n--) await page.keyboard.press('Escape');
      }
      await open();
    },
    /** From the menu of the newest message that says this. */
    async shortcut(says: string, name: string): Promise<void> {
      const message = cards.filter({ hasText: says }).last();
      // A message that comes meanwhile moves this one away from under the pointer: one tries again.
      for (let tries = 0; tries <= mostTries; tries++) {
        await message.hover();
        const menu = message.getByTestId('message-menu');
        if (tries === mostTries) await menu.click();
        else if (
          await menu.click({ timeout: 2000 }).then(
            () => true,
            () => false,
          )
        )
          break;
      }
      await page.getByText(name, { exact: true }).last().click();
    },
    async say(text: string): Promise<void> {
      await page.getByTestId('composer').fill(text);
      await page.getByTestId('composer').press('Enter');
    },
    picture: (name: string) => picture(page, name),
    /** One message or form alone, light and dark. */
    closeUp: (what: Locator, name: string) => closeUp(page, what, name),
  };
}

async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(resolve(root, pictures), { recursive: true });
  await page.waitForTimeout(600); // the page's own transitions
  await page.screenshot({ path: resolve(root, pictures, `${name}.png`) });
}

/** As high as the longest message: what is taken alone must not end at the window's edge. */
const tall = { width: 1100, height: 2600 };

/** For docs/style.md: as somebody sees it who likes it light, and as somebody who likes it dark. */
async function closeUp(page: Page, what: Locator, name: string): Promise<void> {
  if (!pictures) return;
  const folder = resolve(root, pictures, 'style');
  mkdirSync(folder, { recursive: true });
  const usual = page.viewportSize();
  // The button itself may be behind a form.
  const switchTheme = () => page.getByTestId('theme').dispatchEvent('click');
  const isDark = () => page.evaluate(() => document.documentElement.dataset.theme === 'dark');
  await page.setViewportSize(tall);
  await page.mouse.move(0, 0);
  // What was pressed last shows its menu.
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  // The stripes behind what only one person sees make a picture twice as large.
  await what.evaluate((element) => {
    if (element.matches('.ephemeral')) (element as HTMLElement).style.background = 'var(--sunken)';
  });
  for (const isThisDark of [await isDark(), !(await isDark())]) {
    if ((await isDark()) !== isThisDark) await switchTheme();
    await page.waitForTimeout(300); // the page's own transitions
    const path = join(folder, `${name}-${isThisDark ? 'dark' : 'light'}.png`);
    await what.screenshot({ path, animations: 'disabled', scale: 'css' });
  }
  await switchTheme();
  if (usual) await page.setViewportSize(usual);
}
