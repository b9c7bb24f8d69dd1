import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { QdrantClient } from '@qdrant/js-client-rest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startQdrant } from '../../../local/qdrant/start-qdrant.ts';

const connect = (url: string) => new QdrantClient({ url, checkCompatibility: false });
const point = (id: number, payload = {}) => ({
  id,
  vector: { words: { indices: [id % 7, 9], values: [1, 2] } },
  payload,
});

describe('what the Qdrant stand-in keeps', () => {
  let dataDir: string;
  let journal: string;
  const running: { close(): Promise<void> }[] = [];
  const start = async () => {
    const started = await startQdrant({ port: 0, dataDir });
    running.push(started);
    return { client: connect(started.url), close: () => running.splice(running.indexOf(started), 1)[0]?.close() };
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kept-points-'));
    journal = join(dataDir, 'qdrant.jsonl');
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.close()));
    await rm(dataDir, { recursive: true });
  });
  const createCollection = (client: QdrantClient) =>
    client.createCollection('failures', { sparse_vectors: { words: { modifier: 'idf' } } });

  it('has every point that was answered for after kill -9', async () => {
    const { process: killed, url } = await startInItsOwnProcess(dataDir);
    const client = connect(url);
    await createCollection(client);
    await client.createPayloadIndex('failures', { field_name: 'component', field_schema: 'keyword', wait: true });
    await Promise.all(
      Array.from({ length: 40 }, (_, id) => client.upsert('failures', { wait: true, points: [point(id, { id })] })),
    );
    await client.setPayload('failures', { wait: true, points: [3], payload: { component: 'api' } });
    await client.delete('failures', { wait: true, points: [4] });
    const query = { query: { indices: [3, 9], values: [1, 1] }, using: 'words', limit: 50, with_payload: true };
    const before = await client.query('failures', query);
    killed.kill('SIGKILL');
    await once(killed, 'exit');

    const again = await start();
    expect(await again.client.count('failures')).toEqual({ count: 39 });
    expect(await again.client.query('failures', query)).toEqual(before);
    expect((await again.client.getCollection('failures')).payload_schema).toMatchObject({ component: { points: 1 } });
  });

  it('leaves out a last line that was cut short, and writes on after it', async () => {
    const first = await start();
    await createCollection(first.client);
    await first.client.upsert('failures', { wait: true, points: [point(1)] });
    await first.close();
    await appendFile(journal, '{"kind":"points","collection":"failures","operation":1,"puts":[{"id":2,');

    const second = await start();
    expect(await second.client.count('failures')).toEqual({ count: 1 });
    expect(await second.client.upsert('failures', { wait: true, points: [point(3)] })).toMatchObject({
      operation_id: 1,
    });
    await second.close();
    expect(await (await start()).client.count('failures')).toEqual({ count: 2 });
  });

  it('refuses to start on a line that it cannot read, and says which', async () => {
    const first = await start();
    await createCollection(first.client);
    await first.close();
    await appendFile(journal, 'nonsense\n');
    const before = await readFile(journal, 'utf8');
    await expect(start()).rejects.toThrow(`Cannot read line 2 of ${journal}`);
    expect(await readFile(journal, 'utf8')).toBe(before);
  });

  it('starts small again after many changes of one point', async () => {
    const first = await start();
    await createCollection(first.client);
    for (let n = 0; n < 60; n += 1) await first.client.upsert('failures', { wait: true, points: [point(1, { n })] });
    await first.close();
    const grown = (await stat(journal)).size;
    const second = await start();
    expect((await stat(journal)).size).toBeLessThan(grown / 10);
    expect((await second.client.retrieve('failures', { ids: [1] }))[0]?.payload).toEqual({ n: 59 });
  });

  it('forgets a deleted collection', async () => {
    const first = await start();
    await createCollection(first.client);
    await first.client.deleteCollection('failures');
    await first.close();
    expect(await (await start()).client.collectionExists('failures')).toEqual({ exists: false });
  });
});

/** Dies with its standard input, so that a failed test leaves nothing running. */
async function startInItsOwnProcess(dataDir: string): Promise<{ process: ChildProcess; url: string }> {
  const module = new URL('../../../local/qdrant/start-qdrant.ts', import.meta.url).href;
  const script = `
    const { startQdrant } = await import(${JSON.stringify(module)});
    const { url } = await startQdrant({ port: 0, dataDir: ${JSON.stringify(dataDir)} });
    process.stdin.on('end', () => process.exit()).resume();
    console.log(url);`;
  const started = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface(started.stdout), 'line')) as [string];
  return { process: started, url };
}
