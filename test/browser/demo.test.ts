import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breakShop } from '../../local/demo/break-shop.ts';
import { demoPlaces } from '../../local/demo/demo.ts';
import { chromiumPath, launchBrowser, openPage } from './open-browser.ts';

const root = join(import.meta.dirname, '../..');
/** README's pictures are this test's: `SCREENSHOTS=docs/images npx vitest run test/browser/demo.test.ts` renews them. */
const pictures = process.env.SCREENSHOTS;

/** `npm start` as a person would run it, and the page of its demo. */
describe.skipIf(chromiumPath === undefined)('the demo, as README tells it', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kintsugi-demo-'));
  const { shop } = demoPlaces(dataDir);
  let stack: ChildProcess;
  let browser: Browser;
  let url = '';

  beforeAll(async () => {
    [browser, url] = await Promise.all([launchBrowser(), start()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Ctrl-C, which a terminal sends to the whole group. */
  async function stop(): Promise<void> {
    if (stack?.pid === undefined || stack.exitCode !== null || stack.signalCode !== null) return;
    const ended = once(stack, 'exit');
    process.kill(-stack.pid, 'SIGINT');
    await ended;
  }

  async function start(): Promise<string> {
    stack = spawn('npm', ['start', '--', '--port', '0', '--data', dataDir], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, VITEST: undefined },
    });
    const { stdout } = stack;
    if (!stdout) throw new Error('npm start has no output');
    let output = '';
    return new Promise((resolve, reject) => {
      stdout.on('data', (chunk) => {
        output += String(chunk);
        const ready = /Kintsugi is ready: (\S+)/.exec(output);
        if (ready?.[1]) resolve(ready[1]);
      });
      stdout.on('end', () => reject(new Error(`npm start ended without being ready: ${output}`)));
    });
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (!pictures) return;
    mkdirSync(resolve(root, pictures), { recursive: true });
    await page.waitForTimeout(600); // the page's own transitions
    await page.screenshot({ path: resolve(root, pictures, `${name}.png`) });
  }

  const failures = (page: Page) => page.locator('main [data-testid="message"]');
  const button = (page: Page, name: string) => failures(page).last().getByRole('button', { name });

  it('recovers a real failure from its card, and remembers it when it happens again', async () => {
    const { page } = await openPage(browser, url);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.locator('[data-channel-link="failures"]').click();

    await button(page, 'Rollback & retry').waitFor({ timeout: 15_000 });
    const card = failures(page).last();
    expect(await card.textContent()).toMatch(
      /Major: Shop[\s\S]*npm test[\s\S]*Why level 3: 3 tests fail[\s\S]*Nobody has it yet/,
    );
    await picture(page, 'demo-card');

    // What other people have in the same work tree must survive, byte for byte.
    execFileSync('git', ['switch', '--quiet', '--create', 'feature'], { cwd: shop });
    const before = manifest(shop);
    const gitBefore = gitState(shop);

    await button(page, 'Acknowledge').click();
    await card.getByText(/has it/).waitFor();
    await button(page, 'Rollback & retry').click();
    await page.getByTestId('confirm-yes').click();
    await page.getByText('Major: Shop · resolved').first().waitFor({ timeout: 30_000 });
    await button(page, 'Reopen').waitFor();
    await card.getByTestId('replies').click();
    const thread = page.getByTestId('thread');
    await thread.getByText('Rollback & retry: Shop · worked').waitFor();
    for (const step of ['Save everything', 'Roll back', 'Check'])
      await thread.getByText(step, { exact: true }).waitFor();
    await picture(page, 'demo-resolved');

    const after = manifest(shop);
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
      (path) => before.get(path) !== after.get(path),
    );
    expect(changed.sort()).toEqual(['cart.js', 'discount.js', 'rules.js']);
    expect(after.get('cart.js')).toBe(manifest(join(root, 'local/demo/shop')).get('cart.js'));
    expect(gitState(shop)).toEqual(gitBefore);

    // The echo of the old episode is over after two seconds.
    await page.waitForTimeout(2500);
    execFileSync('npm', ['run', '--silent', 'demo:break', '--', '--data', dataDir], { cwd: root });
    await page.getByText('Major: Shop · again').first().waitFor({ timeout: 15_000 });
    const again = failures(page).last();
    expect(await again.textContent()).toMatch(/Seen before: Rollback & retry worked/);
    await again.getByText('Earlier card').waitFor();
    const old = failures(page).first();
    await old.getByText('Happened again.').waitFor();
    expect(await old.textContent()).toMatch(/resolved/);
    await page.getByTestId('thread').getByRole('button', { name: 'Close' }).first().click();
    await picture(page, 'demo-again');
    expect(await failures(page).count()).toBe(2);
  }, 120_000);

  it('refuses to roll back what somebody changed after the failure, and touches nothing', async () => {
    const { page } = await openPage(browser, url);
    await page.locator('[data-channel-link="failures"]').click();
    await button(page, 'Rollback & retry').waitFor();
    await breakShop(shop);
    const before = manifest(shop);
    execFileSync('sh', ['-c', 'echo "// mine" >> cart.js'], { cwd: shop });
    const mine = manifest(shop);

    await button(page, 'Rollback & retry').click();
    await page.getByTestId('confirm-yes').click();
    await failures(page).last().getByTestId('replies').click();
    await page
      .getByTestId('thread')
      .getByText(/cart\.js/)
      .first()
      .waitFor({ timeout: 20_000 });
    await button(page, 'Rollback & retry').waitFor({ timeout: 20_000 });

    expect(manifest(shop)).toEqual(mine);
    expect(mine.get('cart.js')).not.toBe(before.get('cart.js'));
  }, 60_000);

  it('stops everything on Ctrl-C, and finds its messages again', async () => {
    await stop();
    await expect(fetch(url)).rejects.toThrow();
    url = await start();
    const { page } = await openPage(browser, url);
    await page.locator('[data-channel-link="failures"]').click();
    await failures(page).nth(1).waitFor();
    expect(await failures(page).count()).toBe(2);
  }, 60_000);
});

/** Path → type, mode and hash of everything in the work tree but git's own folder. */
function manifest(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (name.split('/')[0] === '.git' || !entry.isFile()) continue;
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
    found.set(name, `${lstatSync(path).mode.toString(8)} ${hash}`);
  }
  return found;
}

/** HEAD, branches and the index, byte for byte. */
function gitState(folder: string) {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
  return {
    head: readFileSync(join(folder, '.git/HEAD'), 'utf8'),
    branches: git('for-each-ref', 'refs/heads', 'refs/tags'),
    staged: git('ls-files', '--stage'),
    index: createHash('sha256')
      .update(readFileSync(join(folder, '.git/index')))
      .digest('hex'),
  };
}
