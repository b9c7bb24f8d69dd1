/**
 * How long `kintsugi gate` takes, process start included, against what an empty Node process takes in the same run. The built
 * bundle asks a table on loopback (dynalite) that holds twenty shut gates.
 * Usage: npm run bench:gate [calls]. Exit code 1 when p95 is above 250 ms.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { dynamoGateStore } from '../lib/adapters/dynamodb/gate-store.ts';
import { dynamoTable } from '../lib/adapters/dynamodb/table.ts';
import { GateHolder } from '../lib/gate/gate.ts';
import { createTable, startDynalite } from '../test/contracts/embedded-tables.ts';

const calls = Number(process.argv[2] ?? 40);
const mostMs = 250;
const scratch = mkdtempSync(path.join(tmpdir(), 'kintsugi-bench-gate-'));
const bundle = path.join(scratch, 'kintsugi.mjs');
const tables = await startDynalite();
try {
  execFileSync(process.execPath, ['scripts/build-kintsugi.mjs', bundle], { stdio: 'ignore' });
  await createTable(tables.client, 'kintsugi');
  const gates = dynamoGateStore(dynamoTable({ tableName: 'kintsugi', client: tables.client }));
  const dependsOn = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`part-${n}`, [`part-${n + 1}`]]));
  await gates.publish({ schema: 1, dependsOn: { shop: ['db'], ...dependsOn }, publishedAt: new Date().toISOString() });
  for (let n = 0; n < 20; n += 1) {
    const holder = GateHolder.parse({
      schema: 1,
      scope: n === 0 ? 'db' : `part-${n}`,
      id: `F-AAAA${10 + n}#1`,
      mode: 'stop',
      reason: 'Level 3: the orders are wrong',
      opens: 'when it is resolved',
      by: 'system:protocol',
      at: new Date().toISOString(),
      rev: String(n),
    });
    await gates.put(holder, { expected: undefined });
  }
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    KINTSUGI_TABLE: 'kintsugi',
  };
  const timed = async (args: string[], expected: number): Promise<number> => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const [status] = await once(child, 'exit');
    const took = performance.now() - startedAt;
    if (status !== expected) throw new Error(`${args.join(' ')} ended with ${status} instead of ${expected}`);
    return took;
  };
  const rows = {
    'node -e 0': [] as number[],
    'kintsugi gate, go': [] as number[],
    'kintsugi gate, stop': [] as number[],
  };
  // In turns, so that all three meet the same machine; the first round warms the disk.
  for (let n = -1; n < calls; n += 1) {
    const round = {
      'node -e 0': await timed(['-e', '0'], 0),
      'kintsugi gate, go': await timed([bundle, 'gate', 'docs'], 0),
      'kintsugi gate, stop': await timed([bundle, 'gate', 'shop'], 20),
    };
    if (n >= 0) for (const [name, took] of Object.entries(round)) rows[name as keyof typeof rows].push(took);
  }
  console.log(`${calls} calls each, Node ${process.versions.node}, ${cpus().length} cores`);
  const worst = Object.entries(rows).map(([name, times]) => {
    const sorted = times.toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
    console.log(
      `${name.padEnd(22)} p50 ${at(0.5).toFixed(0).padStart(4)} ms   p95 ${at(0.95).toFixed(0).padStart(4)} ms`,
    );
    return at(0.95);
  });
  const isFast = Math.max(...worst.slice(1)) <= mostMs;
  console.log(isFast ? `At most ${mostMs} ms: met.` : `At most ${mostMs} ms: NOT met.`);
  process.exitCode = isFast ? 0 : 1;
} finally {
  await tables.stop();
  rmSync(scratch, { recursive: true, force: true });
}
