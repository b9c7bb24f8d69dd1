import { chmodSync, createWriteStream, existsSync, mkdirSync, readFileSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadOrCreateKeys } from '../runner/keys.ts';
import { claimDataFolder } from './data-folder.ts';
import { startDynamoDb } from './dynamodb.ts';
import { type Endpoints, lastSqsPort, writeEndpoints } from './endpoints.ts';
import { type LambdaHost, startLambdaHost } from './lambda-host/host.ts';
import { readService } from './lambda-host/service.ts';
import { writeLocalPolicy } from './local-policy.ts';
import { startQdrant } from './qdrant/start-qdrant.ts';
import { webPageListener } from './slack/web/serve.ts';
import { type SlackWorkspace, type SlackWorkspaceOptions, startSlackWorkspace } from './slack/workspace.ts';
import { startSqs } from './sqs.ts';
import { StackError } from './stack-error.ts';
import { type Stopping, stopTogether } from './stop-in-time.ts';

export const projectDir = fileURLToPath(new URL('..', import.meta.url));
const stage = 'local';

export interface LocalStackOptions {
  /** Of the workspace and its page; 0 takes any free port. */
  port: number;
  /** The table, the workspace's messages, the memory, keys and logs live here. */
  dataDir: string;
  /** Runs once everything is up; what it returns is stopped together with the functions. */
  demo?: (stack: Stack) => Promise<{ stop(): Promise<void> }>;
  /** Passed on, for tests. */
  workspace?: Pick<SlackWorkspaceOptions, 'rateLimits' | 'ackTimeoutMs' | 'eventRetryDelaysMs'>;
  host?: {
    freeze?: boolean;
    warm?: readonly string[];
    maxSandboxes?: number;
    schedules?: false | { everyMs?: number; twiceEvery?: number };
    /** Added to every function's environment. */
    environment?: Record<string, string>;
  };
  /** Aborted: gives the start up, and stops what it has started. */
  signal?: AbortSignal;
  /** Also gets each line of the log. */
  onLine?: (source: string, line: string) => void;
}

export interface Stack {
  dataDir: string;
  endpoints: Endpoints;
  workspace: SlackWorkspace;
  host: LambdaHost;
  /** What the demo's runner.yml names: its own key file, and the public key of who commands it. */
  keys: { demoRunnerFile: string; commandPublicKey: string };
  /** By its last part: `failures`, `results`, `commands-demo`. */
  queueUrl(name: string): string;
  log(source: string, line: string): void;
  /** Answers what did not end in its time, a line each: none when all went well. */
  stop(): Promise<string[]>;
}

/** Starts all of it on loopback. What cannot start is a StackError, or another error whose message is one clear line. */
export async function startLocalStack(options: LocalStackOptions): Promise<Stack> {
  const { port } = options;
  const dataDir = path.resolve(options.dataDir);
  // First what works, then what it works with, whatever became of the first, at last where all of it is told.
  const stops = { work: [] as Stopping[], servers: [] as Stopping[], ground: [] as Stopping[] };
  const stop = async (): Promise<string[]> => {
    const problems: string[] = [];
    for (const group of [stops.work, stops.servers, stops.ground]) {
      const own = await stopTogether(group.splice(0));
      for (const problem of own) log('stack', problem);
      problems.push(...own);
    }
    return problems;
  };
  const unlessAborted = <T>(work: Promise<T>): Promise<T> => untilAborted(work, options.signal);
  let log: Stack['log'] = () => {};
  try {
    const folder = await claimDataFolder(dataDir);
    stops.ground.push({ name: 'The data folder', limitMs: 300, stop: () => folder.release() });
    const file = openLog(dataDir);
    stops.ground.push({ name: 'The log', limitMs: 300, stop: () => new Promise((resolve) => file.end(resolve)) });
    log = (source, line) => {
      if (file.writable) file.write(`${new Date().toISOString()} [${source}] ${line}\n`);
      options.onLine?.(source, line);
    };

    mkdirSync(path.join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
    const commandKeys = loadOrCreateKeys(path.join(dataDir, 'keys', 'command-signing.key'));
    const demoRunnerFile = path.join(dataDir, 'keys', 'runner-demo.key');
    const policyFile = writeLocalPolicy({
      projectDir,
      dataDir,
      demoRunnerPublicKey: loadOrCreateKeys(demoRunnerFile).publicKey,
    });

    // Broken files are told before anything listens.
    const env = {
      ...process.env,
      AWS_REGION: 'us-east-1',
      KINTSUGI_POLICY: policyFile,
      QDRANT_URL: 'http://127.0.0.1',
    };
    const manifest = readManifest();
    await readService({ projectDir, stage, env });

    // Bundled when all stands, which needs the processor more; whoever asks before, makes it be bundled then.
    let bundled: ReturnType<typeof webPageListener> | undefined;
    const page = () => (bundled ??= webPageListener());
    let host: LambdaHost | undefined;
    const workspace = await startSlackWorkspace({
      port,
      manifest,
      dataDir: path.join(dataDir, 'slack'),
      appRequestUrl: () => host?.functionUrls.slack ?? '',
      webPage: (request, response) => page()(request, response),
      ...options.workspace,
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      throw new StackError(`Port ${port} is in use: stop what uses it, or choose another with --port N.`, {
        cause: error,
      });
    });
    const server = (name: string, close: () => Promise<unknown>) =>
      stops.servers.push({ name, limitMs: 700, stop: close });
    server('The workspace', () => workspace.close());

    const databases = [
      startDynamoDb({ dataDir: path.join(dataDir, 'dynamodb') }),
      startSqs({ preferredPort: lastSqsPort(dataDir) }),
      startQdrant({ port: 0, dataDir: path.join(dataDir, 'qdrant') }),
    ] as const;
    // One that cannot start is told when the others have: they must be closed.
    const [table, queues, memory] = await Promise.allSettled(databases);
    if (table.status === 'fulfilled') server('The table', () => table.value.stop());
    if (queues.status === 'fulfilled') server('The queues', () => queues.value.stop());
    if (memory.status === 'fulfilled') server('The memory', () => memory.value.close());
    const [dynamodb, sqs, qdrant] = await unlessAborted(Promise.all(databases));

    const startingHost = startLambdaHost({
      projectDir,
      stage,
      env: { ...env, QDRANT_URL: qdrant.url },
      endpoints: { dynamodb: dynamodb.endpoint, sqs: sqs.endpoint },
      secrets: {
        'slack-bot-token': workspace.botToken,
        'slack-signing-secret': workspace.signingSecret,
        'command-signing-key': commandKeys.privateKey,
        'pager-signing-secret': workspace.signingSecret,
      },
      onLine: log,
      warm: ['ingest', 'notify', 'slack'],
      schedules: { twiceEvery: 10 },
      compileCacheDir: process.env.NODE_COMPILE_CACHE ?? path.join(dataDir, 'cache'),
      ...options.host,
      // No Parameter Store here: the host hands out the secrets itself.
      environment: { SLACK_API_URL: workspace.apiUrl, SECRETS_PATH: '', ...options.host?.environment },
    });
    const running = await unlessAborted(startingHost);
    host = running;
    stops.work.push({ name: 'The functions', limitMs: 2600, stop: () => drainAndStop(running, log) });

    const queueUrl = (name: string): string => running.queueUrl(`${running.service.name}-${stage}-${name}`);
    const endpoints: Endpoints = {
      url: workspace.url.replace('127.0.0.1', 'localhost'),
      slackApiUrl: workspace.apiUrl,
      slackRequestUrl: running.functionUrls.slack ?? '',
      slackBotToken: workspace.botToken,
      slackSigningSecret: workspace.signingSecret,
      teamId: workspace.teamId,
      users: idsOf(workspace.users),
      channels: idsOf(workspace.channels),
      dynamodbEndpoint: dynamodb.endpoint,
      tableName: running.service.tables[0]?.TableName ?? '',
      sqsEndpoint: sqs.endpoint,
      failuresQueueUrl: queueUrl('failures'),
      qdrantUrl: qdrant.url,
    };
    writeEndpoints(dataDir, endpoints);

    const stack: Stack = {
      dataDir,
      endpoints,
      workspace,
      host: running,
      keys: { demoRunnerFile, commandPublicKey: commandKeys.publicKey },
      queueUrl,
      log,
      stop,
    };
    const startingDemo = options.demo?.(stack).then((demo) => {
      stops.work.push({ name: 'The demo', limitMs: 2600, stop: () => demo.stop() });
    });
    await unlessAborted(startingDemo ?? Promise.resolve()).catch((error: unknown) => {
      if (options.signal?.aborted) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StackError(`The demo: ${reason.split('\n')[0]}. Start without it: --no-demo.`, { cause: error });
    });
    // What was queued when the stack stopped is due now; the first minute need not pass first.
    void running.fire('sweep');
    void running.warmUp();
    page();
    return stack;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What is only queued would be gone with the queues, so the functions have a second to take it; the table keeps the rest. */
async function drainAndStop(host: LambdaHost, log: Stack['log']): Promise<void> {
  await host.idle({ timeoutMs: 1000 }).catch(() => {
    log('stack', 'stopping with work still queued: a signal that is not stored by now is lost');
  });
  await host.stop();
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** It tells what failed and why, as the files beside it do: it is for its owner alone. */
function openLog(dataDir: string): WriteStream {
  const name = path.join(dataDir, 'kintsugi.log');
  if (existsSync(name)) chmodSync(name, 0o600);
  const file = createWriteStream(name, { flags: 'a', mode: 0o600 });
  file.on('error', () => {});
  return file;
}

function readManifest(): unknown {
  const file = path.join(projectDir, 'slack-manifest.json');
  if (!existsSync(file)) throw new StackError('slack-manifest.json is missing from the project.');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new StackError(`slack-manifest.json is not JSON: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

const idsOf = (named: Record<string, { id: string }>): Record<string, string> =>
  Object.fromEntries(Object.entries(named).map(([name, { id }]) => [name, id]));
