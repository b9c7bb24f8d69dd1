import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { startFauxqs } from 'fauxqs';
import { stringify } from 'yaml';
import { ed25519Signer, generateKeys, verifyEnvelope } from '../../lib/adapters/signing/ed25519.ts';
import { sqsCommandSender } from '../../lib/adapters/sqs/command-sender.ts';
import { PoisonError } from '../../lib/errors.ts';
import type { RunId } from '../../lib/failure/ids.ts';
import type { RunnerCommand, RunnerReport, SignedEnvelope } from '../../lib/recovery/command.ts';
import { followRun } from '../../lib/recovery/follow-run.ts';
import { openReport } from '../../lib/recovery/open-report.ts';
import { recordSaid } from '../../lib/recovery/record-report.ts';
import { requestRecovery } from '../../lib/recovery/request-recovery.ts';
import { isEnded } from '../../lib/recovery/run-states.ts';
import { takeCheckpoint } from '../../runner/actions/saved-states.ts';
import { receive } from '../../runner/queue.ts';
import { bundleOptions } from '../../scripts/bundle-options.ts';
import { failureId, recoveryWorld } from '../lib/recovery/recovery-world.ts';

const node = join(import.meta.dirname, '../../node_modules/.bin/node');
export const cli = join(import.meta.dirname, '../../runner/cli.ts');

export type Queues = Awaited<ReturnType<typeof startQueues>>;

/** One SQS for a test file; every host gets queues of its own. */
export async function startQueues() {
  const server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const sqs = new SQSClient({ region: 'us-east-1', endpoint, credentials, useQueueUrlAsEndpoint: false });
  let count = 0;
  return {
    sqs,
    endpoint,
    async create(name: string, visibilitySeconds = 2): Promise<string> {
      const QueueName = `${count++}-${name}`;
      const Attributes = { VisibilityTimeout: String(visibilitySeconds) };
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
      return `${endpoint}/000000000000/${QueueName}`;
    },
    async stop() {
      sqs.destroy();
      await server.stop();
    },
  };
}

export function environment(queues: Queues, home: string): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  return {
    PATH,
    ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
    HOME: home,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    KINTSUGI_SPOOL: join(home, 'spool'),
  };
}

/** One file of all that a script imports: it starts in half the time. */
export async function bundled(entry: string): Promise<{ script: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-bundle-'));
  const script = join(folder, 'bundle.mjs');
  await build({ ...bundleOptions, entryPoints: [entry], outfile: script, logLevel: 'silent' });
  return { script, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const goodShop = 'echo fine\n';
const brokenShop = 'echo broken >&2\nexit 3\n';

/** A host with a git work tree whose check passed at the checkpoint and fails now, and a runner that is not started yet. */
export async function brokenHost(queues: Queues, retry: { attempts?: number; command?: string[] } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'kintsugi-host-'));
  const shop = join(home, 'shop');
  mkdirSync(shop);
  const git = (...args: string[]) => execFileSync('git', ['-C', shop, ...args], { encoding: 'utf8' }).trim();
  git('init', '-q', '-b', 'main');
  git('config', 'user.email', 'shop@example.com');
  git('config', 'user.name', 'Shop');
  writeFileSync(join(shop, 'shop.sh'), goodShop);
  writeFileSync(join(shop, 'untouched.txt'), 'as it was\n');
  git('add', '.');
  git('commit', '-qm', 'works');
  await takeCheckpoint(shop, 'shop', { name: 'good', at: new Date() });
  writeFileSync(join(shop, 'shop.sh'), brokenShop);
  writeFileSync(join(shop, 'added.txt'), 'by the failed work\n');

  const keys = generateKeys();
  const world = await recoveryWorld();
  world.ports.now = () => new Date();
  const urls = {
    commands: await queues.create('commands-demo'),
    results: await queues.create('results'),
    failures: await queues.create('failures'),
  };
  const config = {
    name: 'demo',
    queues: urls,
    keys: { file: 'runner.key', recovery: keys.publicKey },
    journal: 'journal',
    workTrees: {
      shop: {
        path: 'shop',
        component: 'shop',
        check: { command: ['sh', 'shop.sh'], timeoutSeconds: 20 },
        retry: { attempts: 1, backoffSeconds: 0.1, ...retry },
      },
    },
  };
  const configFile = join(home, 'runner.yml');
  writeFileSync(configFile, stringify(config));
  return {
    home,
    shop,
    git,
    world,
    urls,
    config,
    configFile,
    recoveryKeys: keys,
    env: environment(queues, home),
    read: (file: string) => readFileSync(join(shop, file), 'utf8'),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
export type Host = Awaited<ReturnType<typeof brokenHost>>;

export interface RunnerProcess {
  child: ChildProcess;
  output(): string;
  started: Promise<void>;
  ended: Promise<number | NodeJS.Signals>;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** `kintsugi runner` as a process of its own. */
export function startRunner(
  host: Pick<Host, 'configFile' | 'env'>,
  { script = cli, env = {} }: { script?: string; env?: Record<string, string> } = {},
): RunnerProcess {
  const args = [script, 'runner', '--config', host.configFile];
  const child = spawn(node, args, { env: { ...host.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const started = Promise.withResolvers<void>();
  const take = (chunk: Buffer) => {
    output += chunk.toString('utf8');
    if (output.includes('"runner started"')) started.resolve();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (code, signal) => {
      started.resolve();
      resolve(signal ?? code ?? 1);
    }),
  );
  return {
    child,
    output: () => output,
    started: started.promise,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Plays the `recovery` function with the real verbs on memory stores, until it is stopped. */
export function startRecovery(queues: Queues, host: Host) {
  const { ports } = host.world;
  const sign = ed25519Signer(host.recoveryKeys.privateKey, 'test');
  const reports: RunnerReport[] = [];
  const poison: PoisonError[] = [];
  const stop = new AbortController();
  // The sender puts the runner's name after the prefix; here the name of the queue ends with it.
  const queueUrlPrefix = host.urls.commands.slice(0, -'demo'.length);
  ports.commands = sqsCommandSender(queues.sqs, { queueUrlPrefix, sign });
  const listening = listen();
  async function listen() {
    while (!stop.signal.aborted) {
      const messages = await receive(queues.sqs, host.urls.results, stop.signal).catch(() => []);
      for (const message of messages) {
        try {
          const said = openReport({ policy: ports.policy, verify: verifyEnvelope }, JSON.parse(message.body));
          if (said.kind !== 'presence') reports.push(said);
          await recordSaid(ports, said);
        } catch (error) {
          if (!(error instanceof PoisonError)) throw error;
          poison.push(error);
        }
        await message.done();
      }
    }
  }
  return {
    reports,
    poison,
    sign: (command: RunnerCommand): SignedEnvelope => sign(JSON.stringify(command)),
    /** Trusts this runner, as an operator does who copies its key into kintsugi.yml. */
    trust(publicKey: string) {
      ports.policy = { ...ports.policy, runners: { demo: { publicKey } } };
    },
    async request(): Promise<RunId> {
      const answer = await requestRecovery(ports, { failureId, by: 'U0ADA', strategy: 'rollback-and-retry' });
      if (answer.kind !== 'requested') throw new Error(answer.because);
      await followRun(ports, { failureId, runId: answer.run.id });
      return answer.run.id;
    },
    /** The run, once it has ended. */
    async ended(runId: RunId) {
      const run = await until(async () => {
        const stored = await ports.runs.get(failureId, runId);
        return stored && isEnded(stored.run) && stored.dues.run === undefined ? stored.run : undefined;
      });
      return { run, failure: await host.world.failure() };
    },
    async stop() {
      stop.abort();
      await listening;
    },
  };
}

/** Looks until there is an answer, at most so long. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined, seconds = 25): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const answer = await look();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nothing after ${seconds} s: ${look}`);
}

export { failureId };
