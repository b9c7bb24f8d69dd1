import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeys } from '../../lib/adapters/signing/ed25519.ts';
import type { Strategy } from '../../lib/recovery/run.ts';
import { lostBytes, reachableHashes, type WorkTree } from '../runner/git/work-tree.ts';

/** One recovery of one work tree, as the child process reads it. */
export interface Scene {
  strategy: Strategy;
  runId: string;
  undoes?: string;
  component: string;
  workTree: string;
  config: unknown;
}

/** What the runner would report. */
export type Told = { kind: 'ended' | 'refused'; ok?: boolean; reason: string; refs: string[] };
export type Ended = Told & { steps: number };

const node = join(import.meta.dirname, '../../node_modules/.bin/node');

export function sceneOf(
  tree: WorkTree,
  home: string,
  check: string[],
  rest: Pick<Scene, 'strategy' | 'runId' | 'undoes'>,
  components: Record<string, unknown> = {},
): Scene {
  mkdirSync(join(home, 'journal'), { recursive: true });
  const url = 'http://127.0.0.1:1/q';
  const config = {
    name: 'demo',
    queues: { commands: url, results: url, failures: url },
    keys: { file: join(home, 'key'), recovery: generateKeys().publicKey },
    journal: join(home, 'journal'),
    workTrees: {
      shop: {
        path: tree.root,
        component: 'shop',
        check: { command: check },
        retry: { attempts: 1, backoffSeconds: 0 },
      },
    },
    components,
  };
  return { ...rest, component: 'shop', workTree: 'shop', config };
}

let count = 0;

/** Runs it to its end, or until it kills itself after that many steps: then nothing is answered. */
export async function recover(script: string, scene: Scene, home: string, dieAt = 0): Promise<Ended | undefined> {
  const file = join(home, `scene-${scene.runId}-${count++}.json`);
  writeFileSync(file, JSON.stringify(scene));
  const child = spawn(node, [script, file, String(dieAt)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const signal = await new Promise((resolve) => child.once('close', (_code, killedBy) => resolve(killedBy)));
  if (signal === 'SIGKILL') return undefined;
  if (out === '') throw new Error(`the recovery broke: ${said}`);
  return JSON.parse(out);
}

/** Every byte that was there is in its place, or can be reached from a ref that was reported. */
export function missingBytes(
  tree: WorkTree,
  before: Record<string, string>,
  after: Record<string, string>,
  refs: readonly string[],
): string[] {
  const gone = Object.fromEntries(Object.entries(before).filter(([path, line]) => after[path] !== line));
  if (Object.keys(gone).length === 0) return [];
  const kept = new Set(refs.flatMap((ref) => [...reachableHashes(tree, ref)]));
  return lostBytes(gone, kept);
}
