import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { startSlackWorkspace } from '../../../local/slack/workspace.ts';
import { manifest } from './manifest.ts';
import { call, setUp } from './setting.ts';

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slack-workspace-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('has everything again after a restart: messages, edits, threads, reactions, joins, homes, secrets', async () => {
  const dataDir = await dataFolder();
  const first = await setUp({ dataDir });
  const { client, shop } = first;
  const metadata = { event_type: 'card', event_payload: { id: 'F-1' } };
  const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'one', metadata });
  await client.chat.postMessage({ channel: shop, text: 'reply', thread_ts: ts });
  await client.chat.update({ channel: shop, ts, text: 'two' });
  const gone = await client.chat.postMessage({ channel: shop, text: 'gone' });
  await client.chat.delete({ channel: shop, ts: gone.ts ?? '' });
  first.workspace.act('ada').react({ channel: shop, ts }, 'eyes');
  const home = { type: 'home' as const, blocks: [{ type: 'divider' as const }] };
  await client.views.publish({ user_id: first.workspace.users.ada?.id ?? '', view: home });
  const before = first.workspace.messages('shop');
  const homeBefore = first.workspace.act('ada').home();
  await first.workspace.close();

  const { workspace, client: again } = await setUp({ dataDir });
  expect(workspace.messages('shop')).toEqual(before);
  expect(before).toMatchObject([{ text: 'two', metadata, reactions: [{ name: 'eyes' }] }, { text: 'reply' }]);
  expect(workspace.act('ada').home()).toEqual(homeBefore);
  expect(workspace.channels.shop?.members).toContain(workspace.botUserId);
  expect([workspace.botToken, workspace.signingSecret]).toEqual([
    first.workspace.botToken,
    first.workspace.signingSecret,
  ]);
  const next = await again.chat.postMessage({ channel: shop, text: 'three' });
  expect(Number(next.ts)).toBeGreaterThan(Number(before.at(-1)?.ts));
});

it('keeps later timestamps later when the clock went back', async () => {
  const dataDir = await dataFolder();
  const first = await setUp({ dataDir });
  const { ts } = await first.client.chat.postMessage({ channel: first.shop, text: 'one' });
  await first.workspace.close();
  const second = await setUp({ dataDir, clock: () => 0 });
  const next = await second.client.chat.postMessage({ channel: second.shop, text: 'two' });
  expect(Number(next.ts)).toBeGreaterThan(Number(ts));
});

it('drops a last line that a crash cut short, and writes on after it', async () => {
  const dataDir = await dataFolder();
  const first = await setUp({ dataDir });
  await first.client.chat.postMessage({ channel: first.shop, text: 'kept' });
  await first.workspace.close();
  await appendFile(join(dataDir, 'journal.jsonl'), '{"kind":"message","message":{"channel":"C0');
  const second = await setUp({ dataDir });
  expect(second.workspace.messages('shop').map(({ text }) => text)).toEqual(['kept']);
  await second.client.chat.postMessage({ channel: second.shop, text: 'after' });
  await second.workspace.close();
  const third = await setUp({ dataDir });
  expect(third.workspace.messages('shop').map(({ text }) => text)).toEqual(['kept', 'after']);
});

it('says which line it cannot read, rather than losing what comes after', async () => {
  const dataDir = await dataFolder();
  await writeFile(join(dataDir, 'journal.jsonl'), 'nonsense\n');
  const start = startSlackWorkspace({ port: 0, manifest, dataDir, appRequestUrl: () => '' });
  await expect(start).rejects.toThrow(/journal\.jsonl:1 is not a line of the workspace's journal/);
});

it('has every post that it acknowledged before kill -9', async () => {
  const dataDir = await dataFolder();
  const program = `
    import { startSlackWorkspace } from ${JSON.stringify(join(import.meta.dirname, '../../../local/slack/workspace.ts'))};
    const workspace = await startSlackWorkspace({
      port: 0, manifest: ${JSON.stringify(manifest)}, dataDir: ${JSON.stringify(dataDir)},
      appRequestUrl: () => 'http://127.0.0.1:1/', rateLimits: 'off',
    });
    console.log(JSON.stringify({ apiUrl: workspace.apiUrl, botToken: workspace.botToken, shop: workspace.channels.shop.id }));
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const running = JSON.parse(line);
  await call(running, 'conversations.join', { channel: running.shop });
  const acknowledged: string[] = [];
  const posting = (async () => {
    for (let i = 0; ; i++) {
      const answer = await call(running, 'chat.postMessage', { channel: running.shop, text: `${i}` });
      acknowledged.push(answer.ts);
      if (i === 30) child.kill('SIGKILL');
    }
  })();
  await expect(posting).rejects.toThrow();

  const { workspace } = await setUp({ dataDir });
  const stored = workspace.messages('shop').map(({ ts }) => ts);
  expect(acknowledged.length).toBeGreaterThan(30);
  expect(stored.slice(0, acknowledged.length)).toEqual(acknowledged);
  expect((await readFile(join(dataDir, 'identity.json'), 'utf8')).length).toBeGreaterThan(0);
});

it('says in one line that the port is taken, and leaves the folder to the next start', async () => {
  const dataDir = await dataFolder();
  const { workspace } = await setUp();
  const port = Number(new URL(workspace.url).port);
  await expect(startSlackWorkspace({ port, manifest, dataDir, appRequestUrl: () => '' })).rejects.toThrow(/EADDRINUSE/);
  await setUp({ dataDir });
});
