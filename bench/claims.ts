/**
 * Many claimers at one queue, each a process of its own, against AWS's DynamoDB Local (dynalite where there is no Java): how
 * long the whole queue takes, whether an item was handed out twice, and whether one was lost. What the claimers say is counted
 * against what the table says.
 * Usage: npm run bench:claims [items] [claimers]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { dynamoGateStore } from '../lib/adapters/dynamodb/gate-store.ts';
import { dynamoTable } from '../lib/adapters/dynamodb/table.ts';
import { dynamoWorkStore } from '../lib/adapters/dynamodb/work-store.ts';
import { randomIds } from '../lib/adapters/ids.ts';
import { addWork } from '../lib/work/add-work.ts';
import { claimNext } from '../lib/work/claim-next.ts';
import {
  createTable,
  dynamoDbLocalIsThere,
  startDynalite,
  startDynamoDbLocal,
} from '../test/contracts/embedded-tables.ts';

const tableName = 'kintsugi';
const [mode, ...given] = process.argv.slice(2);

if (mode === '--claimer') await claimAll(given[0] ?? '');
else await bench(Number(mode ?? 10_000), Number(given[0] ?? 8));

/** One claimer: takes until nothing is left, and says what it took. */
async function claimAll(holder: string): Promise<void> {
  const { hostStores } = await import('../runner/host-stores.ts');
  const ports = hostStores(tableName);
  console.log('ready');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const taken: string[] = [];
  for (;;) {
    const claim = await claimNext(ports, { holder });
    if (claim.kind === 'nothing') break;
    taken.push(claim.item.id);
  }
  console.log(JSON.stringify(taken));
  process.exit(0);
}

async function bench(items: number, claimers: number): Promise<void> {
  const isLocal = dynamoDbLocalIsThere();
  const tables = isLocal ? await startDynamoDbLocal() : await startDynalite();
  try {
    await createTable(tables.client, tableName);
    const table = dynamoTable({ tableName, client: tables.client });
    const work = dynamoWorkStore(table);
    const ports = { work, gates: dynamoGateStore(table), ids: randomIds(), now: () => new Date() };
    const added = new Set<string>();
    await inParallel(32, items, async (index) => {
      const { item } = await addWork(ports, {
        kind: 'task',
        title: `Task ${index}`,
        component: `component-${index % 10}`,
        priority: [100, 200, 300, 400][index % 4] ?? 400,
        by: 'bench',
      });
      added.add(item.id);
    });

    const names = Array.from({ length: claimers }, (_, index) => `claimer-${index + 1}`);
    const children = names.map((name) => startClaimer(name, tables.endpoint));
    await Promise.all(children.map(isReady));
    const startedAt = performance.now();
    const outputs = children.map(({ stdout }) => (stdout ? text(stdout) : ''));
    for (const { stdin } of children) stdin?.write('go\n');
    const taken = (await Promise.all(outputs)).map((lines) => JSON.parse(lines.trim()) as string[]);
    const seconds = (performance.now() - startedAt) / 1000;

    const all = taken.flat();
    const said = new Set(all);
    const holders = await holdersIn(work);
    const isAgreed = (id: string, holder: string | undefined) => holders.get(id) === holder;
    const wrong = taken.flatMap((ids, index) => ids.filter((id) => !isAgreed(id, names[index])));
    const twice = all.length - said.size;
    const lost = [...added].filter((id) => !holders.has(id) || !said.has(id)).length;
    console.log(`${items} items, ${claimers} claimers, ${isLocal ? 'DynamoDB Local' : 'dynalite'}`);
    console.log(`each took ${taken.map((ids) => ids.length).join(', ')}`);
    console.log(`handed out twice: ${twice} · lost: ${lost} · with another holder in the table: ${wrong.length}`);
    console.log(`${seconds.toFixed(1)} s · ${Math.round(all.length / seconds)} claims/s`);
    if (twice > 0 || lost > 0 || wrong.length > 0 || all.length !== items) process.exitCode = 1;
  } finally {
    await tables.stop();
  }
}

/** What the table says, read item by item: who holds what. */
async function holdersIn(work: ReturnType<typeof dynamoWorkStore>): Promise<Map<string, string>> {
  const holders = new Map<string, string>();
  let after: string | undefined;
  do {
    const page = await work.list({ state: 'in-progress', limit: 500, ...(after === undefined ? {} : { after }) });
    for (const item of await work.getAll(page.lines.map(({ id }) => id))) {
      if (item.state === 'in-progress') holders.set(item.id, item.lease.holder);
    }
    after = page.next;
  } while (after !== undefined);
  return holders;
}

function startClaimer(name: string, endpoint: string): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(import.meta.url), '--claimer', name], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
}

function isReady({ stdout }: ChildProcess): Promise<void> {
  return new Promise((resolve) => stdout?.once('data', () => resolve()));
}

async function inParallel(width: number, count: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
