import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { webPageListener } from '../../local/slack/web/serve.ts';
import { startSlackWorkspace } from '../../local/slack/workspace.ts';
import type { AppAnswer, Received } from '../local/slack-workspace/app.ts';
import { manifest } from '../local/slack-workspace/manifest.ts';
import { setUp } from '../local/slack-workspace/setting.ts';
import { chromiumPath, launchBrowser, openPage } from './open-browser.ts';
import { button, card, field, form, option, plain, say } from './page-parts.ts';

describe.skipIf(chromiumPath === undefined)('the web page of the workspace', () => {
  let browser: Browser;
  const webPage = webPageListener();

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  async function start() {
    const setting = await setUp({ webPage, ackTimeoutMs: 3000 });
    const { workspace } = setting;
    const windowOf = (user: string, channel = 'shop') =>
      openPage(browser, `${workspace.url}/?user=${workspace.users[user]?.id}&channel=${channel}`);
    const answering = (answer: (request: Received) => AppAnswer | Promise<AppAnswer>) => {
      setting.app.answer = answer;
    };
    return { ...setting, windowOf, answering };
  }

  it('carries a click to the app after it was confirmed, and shows the edited card to everybody at once', async () => {
    const { workspace, client, shop, windowOf, answering, app } = await start();
    const confirm = {
      title: plain('Sure?'),
      text: plain('It rolls back.'),
      confirm: plain('Do it'),
      deny: plain('No'),
    };
    const { ts } = await client.chat.postMessage({
      channel: shop,
      text: 'card',
      blocks: card('open', [button('mend', 'Mend', { style: 'primary', confirm })]) as never,
    });
    answering(async () => {
      await client.chat.update({ channel: shop, ts: ts ?? '', text: 'card', blocks: card('mended') as never });
      return {};
    });
    const ada = await windowOf('ada');
    const grace = await windowOf('grace');

    await ada.page.locator('button[data-action-id="mend"]').click();
    await ada.page.getByTestId('confirm-no').click();
    expect(app.received).toHaveLength(0);
    await ada.page.locator('button[data-action-id="mend"]').click();
    await ada.page.getByTestId('confirm-yes').click();

    for (const { page, complaints } of [ada, grace]) {
      await page.locator(`[data-ts="${ts}"]`).getByText('F-7K3Q9D is mended').waitFor();
      expect(await page.locator('button[data-action-id="mend"]').count()).toBe(0);
      expect(complaints).toEqual([]);
    }
    const [click] = await app.until(1);
    expect(click?.fields).toMatchObject({
      type: 'block_actions',
      user: { id: workspace.users.ada?.id },
      actions: [{ type: 'button', action_id: 'mend', block_id: 'buttons', value: 'value-of-mend' }],
    });
  });

  it('marks a button that the app did not answer, until it is pressed again', async () => {
    const { client, shop, windowOf, answering } = await start();
    await client.chat.postMessage({
      channel: shop,
      text: 'card',
      blocks: card('open', [button('mend', 'Mend')]) as never,
    });
    const { page } = await windowOf('ada');
    answering(() => ({ status: 500 }));
    await page.locator('button[data-action-id="mend"]').click();
    await page.getByTestId('warning').waitFor();
    expect(await page.getByTestId('warning').textContent()).toContain('responded with an error');
    answering(() => ({}));
    await page.locator('button[data-action-id="mend"]').click();
    await page.getByTestId('warning').waitFor({ state: 'detached' });
  });

  it('fills a menu in a message and tells the app what was chosen, state and all', async () => {
    const { client, shop, windowOf, app } = await start();
    const menu = {
      type: 'static_select',
      action_id: 'grade',
      placeholder: plain('Re-grade'),
      options: [option('2 minor', '2'), option('3 major', '3')],
    };
    await client.chat.postMessage({ channel: shop, text: 'card', blocks: card('open', [menu]) as never });
    const { page } = await windowOf('ada');
    await page.locator('input[data-action-id="grade"]').click();
    await page.getByRole('option', { name: '3 major' }).click();
    const [choice] = await app.until(1);
    const selected_option = { text: { text: '3 major' }, value: '3' };
    expect(choice?.fields.actions[0]).toMatchObject({ type: 'static_select', selected_option });
    expect(choice?.fields.state.values.buttons.grade).toMatchObject({ type: 'static_select', selected_option });
    expect(await page.locator('input[data-action-id="grade"]').inputValue()).toBe('3 major');
  });

  it('opens a modal, shows what is wrong at its field, keeps what was typed, and submits it', async () => {
    const { workspace, client, windowOf, answering, app } = await start();
    answering(async ({ fields }) => {
      if (fields.command) await client.views.open({ trigger_id: fields.trigger_id, view: form as never });
      if (fields.type === 'block_suggestion') return { body: { options: [option(`${fields.value}-service`, 'svc')] } };
      const isShort = fields.type === 'view_submission' && fields.view.state.values.summary.v.value.length < 10;
      return isShort ? { body: { response_action: 'errors', errors: { summary: 'Say a little more.' } } } : {};
    });
    const { page, complaints } = await windowOf('ada');
    const submissions = () => app.received.filter(({ fields }) => fields.type === 'view_submission');
    await say(page, '/mend report');
    const modal = page.getByTestId('modal');
    await modal.waitFor();

    await page.getByTestId('modal-submit').click();
    expect(await page.getByTestId('input-error').allTextContents()).toHaveLength(3);
    expect(submissions()).toHaveLength(0);

    await field(page, 'summary').fill('Too short');
    await field(page, 'level').click();
    await page.getByRole('option', { name: '3 major' }).click();
    await field(page, 'part').fill('api');
    await page.getByRole('option', { name: 'api-service' }).click();
    await field(page, 'who').click();
    await page.getByRole('option', { name: /Mei/ }).click();
    await page.keyboard.press('Escape');
    await field(page, 'day').fill('2026-11-20');
    await page.getByTestId('modal-submit').click();
    await modal.getByText('Say a little more.').waitFor();
    expect(await field(page, 'summary').inputValue()).toBe('Too short');

    await field(page, 'summary').fill('Long enough by now');
    await page.getByTestId('modal-submit').click();
    await modal.waitFor({ state: 'detached' });
    expect(submissions().at(-1)?.fields.view.state.values).toMatchObject({
      summary: { v: { type: 'plain_text_input', value: 'Long enough by now' } },
      level: { v: { type: 'static_select', selected_option: { value: '3' } } },
      part: { v: { type: 'external_select', selected_option: { value: 'svc' } } },
      who: { v: { type: 'multi_users_select', selected_users: [workspace.users.mei?.id] } },
      day: { v: { type: 'datepicker', selected_date: '2026-11-20' } },
    });
    expect(complaints).toEqual([]);
  });

  it('completes a slash command, shows its answer to one person only, and lets them put it away', async () => {
    const { windowOf, answering } = await start();
    answering(() => ({ body: { response_type: 'ephemeral', text: 'Just for *you*' } }));
    const ada = await windowOf('ada');
    const grace = await windowOf('grace');
    const box = ada.page.getByTestId('composer');
    await box.fill('/me');
    await ada.page.getByTestId('suggestions').getByText('Mend things').waitFor();
    await box.press('Enter');
    expect(await box.inputValue()).toBe('/mend ');
    await box.pressSequentially('list');
    await box.press('Enter');

    const answer = ada.page.getByTestId('ephemeral');
    await answer.getByText('Only visible to you').waitFor();
    expect(await answer.locator('strong').textContent()).toBe('you');
    await say(grace.page, 'hello from grace');
    await ada.page.getByTestId('message').getByText('hello from grace').waitFor();
    expect(await grace.page.getByTestId('ephemeral').count()).toBe(0);
    await ada.page.getByTestId('dismiss').click();
    expect(await answer.count()).toBe(0);
  });

  it('says under the composer why a command failed, and keeps what was typed', async () => {
    const { windowOf, answering } = await start();
    answering(() => ({ status: 500 }));
    const { page } = await windowOf('ada');
    await say(page, '/mend something long');
    await page.getByTestId('composer-error').getByText('/mend failed').waitFor();
    expect(await page.getByTestId('composer').inputValue()).toBe('/mend something long');
  });

  it('switches to another person, who sees what they may see, and keeps that in the address', async () => {
    const { workspace, windowOf } = await start();
    const { page } = await windowOf('ada');
    expect(await page.locator('[data-channel-link="security"]').count()).toBe(0);
    await page.getByTestId('person').click();
    await page.locator('[data-person="grace"]').click();
    await page.locator('[data-channel-link="security"]').waitFor();
    expect(await page.getByTestId('me').textContent()).toContain('Grace');
    expect(new URL(page.url()).searchParams.get('user')).toBe(workspace.users.grace?.id);
    await page.reload();
    await page.locator('[data-channel-link="security"]').waitFor();
  });

  it('opens a thread, replies in it, and follows a permalink to a message', async () => {
    const { client, shop, windowOf, workspace } = await start();
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'the parent' });
    await client.chat.postMessage({ channel: shop, thread_ts: ts, text: 'step 1 of 2' });
    const { page } = await windowOf('ada');
    expect(await page.locator('main').getByText('step 1 of 2').count()).toBe(0);
    await page.getByTestId('replies').click();
    const thread = page.getByTestId('thread');
    await thread.getByText('step 1 of 2').waitFor();
    await page.getByTestId('thread-composer').fill('thank you');
    await page.getByTestId('thread-composer').press('Enter');
    await thread.getByText('thank you').waitFor();
    await page.getByTestId('replies').getByText('2 replies').waitFor();

    const { permalink = '' } = await client.chat.getPermalink({ channel: shop, message_ts: ts });
    await say(page, `see ${permalink}`);
    await page.locator('[data-channel-link="general"]').click();
    const other = await openPage(browser, permalink);
    await other.page.locator(`.highlighted[data-ts="${ts}"]`).waitFor();
    expect(permalink.startsWith(workspace.url)).toBe(true);
  });

  it('shows below a link what the app says about it, to everybody who reads there', async () => {
    const { client, shop, windowOf, workspace } = await start();
    const { page, complaints } = await windowOf('ada');
    const url = 'https://mender.example/f/F-7K3Q9D';
    await say(page, `look at ${url} <!channel>`);
    await page.getByText('look at').waitFor();
    const ts = workspace.messages('shop').at(-1)?.ts ?? '';
    await client.chat.unfurl({ channel: shop, ts, unfurls: { [url]: { blocks: card('open') as never } } });
    const grace = await windowOf('grace');
    for (const one of [page, grace.page]) {
      await one.locator(`[data-ts="${ts}"]`).getByTestId('unfurl').getByText('F-7K3Q9D is open').waitFor();
    }
    expect([...complaints, ...grace.complaints]).toEqual([]);
  });

  it('opens the Home of the app, fresh each time, with its buttons working', async () => {
    const { client, windowOf, answering, app } = await start();
    let openings = 0;
    answering(async ({ fields }) => {
      if (fields.event?.type === 'app_home_opened') {
        openings += 1;
        await client.views.publish({
          user_id: fields.event.user,
          view: { type: 'home', blocks: card(`seen ${openings} times`, [button('all', 'Show all')]) } as never,
        });
      }
      return {};
    });
    const { page } = await windowOf('ada');
    await page.getByTestId('app-home-link').click();
    await page.getByTestId('home').getByText('seen 1 times').waitFor();
    await page.locator('button[data-action-id="all"]').click();
    await app.until(1, ({ fields }) => fields.type === 'block_actions' && fields.container.type === 'view');
    await page.locator('[data-channel-link="shop"]').click();
    await page.getByTestId('app-home-link').click();
    await page.getByTestId('home').getByText('seen 2 times').waitFor();
  });

  it('never makes markup or a live link out of what others wrote', async () => {
    const { client, shop, windowOf } = await start();
    const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const blocks = [
      {
        type: 'section',
        block_id: 'a',
        text: {
          type: 'mrkdwn',
          text: `<javascript:alert(3)|press me> ${evil.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}`,
        },
      },
      { type: 'header', block_id: 'b', text: plain(evil) },
      {
        type: 'rich_text',
        block_id: 'c',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: `${evil} <!channel>` }] }],
      },
      { type: 'markdown', text: `${evil} [press](javascript:alert(4))` },
    ];
    const { ts } = await client.chat.postMessage({ channel: shop, text: 'evil', blocks: blocks as never });
    const { page, complaints } = await windowOf('ada');
    const message = page.locator(`[data-ts="${ts}"]`);
    await message.getByText('press me').waitFor();
    expect(await message.locator('script, img').count()).toBe(0);
    const addresses = await message.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(addresses.filter((address) => address?.startsWith('javascript'))).toEqual([]);
    expect(await message.locator('.mention').count()).toBe(0);
    expect(await message.textContent()).toContain(evil);
    expect(complaints).toEqual([]);
  });

  it('says quietly that the connection is lost, and catches up by itself', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'workspace-page-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const options = {
      dataDir,
      manifest,
      appRequestUrl: () => 'http://127.0.0.1:9/',
      webPage,
      rateLimits: 'off' as const,
    };
    const first = await startSlackWorkspace({ ...options, port: 0 });
    const { page } = await openPage(browser, `${first.url}/?channel=shop`);
    await first.close();
    await page.getByTestId('disconnected').waitFor();

    const second = await startSlackWorkspace({ ...options, port: Number(new URL(first.url).port) });
    onTestFinished(() => second.close());
    second.act('grace').post('shop', 'while you were away');
    await page.getByTestId('message').getByText('while you were away').waitFor();
    await page.getByTestId('disconnected').waitFor({ state: 'detached' });
  });
});
