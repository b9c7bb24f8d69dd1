import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
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

export const projectDir = fileURLToPath(new URL('..', import.meta.url));
const stage = 'local';

export interface LocalStackOptions {
  /** Of the workspace and its page; 0 takes any free port. */
  port: number;
  /** The table, the workspace's messages, the memory, keys and logs live here. */
  dataDir: string;
  /** Runs once everything is up; what it returns is stopped first. */
  demo?: (stack: Stack) => Promise<{ stop(): Promise<void> }>;
  /** Passed on, for tests. */
  workspace?: Pick<SlackWorkspaceOptions, 'rateLimits' | 'ackTimeoutMs' | 'eventRetryDelaysMs'>;
  host?: {
    freeze?: boolean;
    warm?: boolean;
    maxSandboxes?: number;
    schedules?: false | { everyMs?: number; twiceEvery?: number };
    /** Added to every function's environment. */
    environment?: Record<string, string>;
  };
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
  stop(): Promise<void>;
}

/** Starts all of it on loopback. What cannot start is a StackError, or another error whose message is one clear line. */
export async function startLocalStack(options: LocalStackOptions): Promise<Stack> {
  const { port } = options;
  const dataDir = path.resolve(options.dataDir);
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse())
      await step().catch((error: unknown) => log('stack', `while stopping: ${error}`));
  };
  let log: Stack['log'] = () => {};
  try {
    const folder = await claimDataFolder(dataDir);
    stops.push(() => folder.release());
    log = openLog(dataDir, stops, options.onLine);

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

    // Bundled while the rest starts.
    const page = webPageListener();
    let host: LambdaHost | undefined;
    const workspace = await startSlackWorkspace({
      port,
      manifest,
      dataDir: path.join(dataDir, 'slack'),
      appRequestUrl: () => host?.functionUrls.slack ?? '',
      webPage: page,
      ...options.workspace,
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      throw new StackError(`Port ${port} is in use: stop what uses it, or choose another with --port N.`, {
        cause: error,
      });
    });
    stops.push(() => workspace.close());

    const [dynamodb, sqs, qdrant] = await Promise.all([
      startDynamoDb({ dataDir: path.join(dataDir, 'dynamodb') }),
      startSqs({ preferredPort: lastSqsPort(dataDir) }),
      startQdrant({ port: 0, dataDir: path.join(dataDir, 'qdrant') }),
    ]);
    stops.push(() => Promise.all([dynamodb.stop(), sqs.stop(), qdrant.close()]));

    host = await startLambdaHost({
      projectDir,
      stage,
      env: { ...env, QDRANT_URL: qdrant.url },
      endpoints: { dynamodb: dynamodb.endpoint, sqs: sqs.endpoint },
      secrets: {
        'slack-bot-token': workspace.botToken,
        'slack-signing-secret': workspace.signingSecret,
        'command-signing-key': commandKeys.privateKey,
      },
      onLine: log,
      warm: true,
      schedules: { twiceEvery: 10 },
      compileCacheDir: path.join(dataDir, 'cache'),
      ...options.host,
      // No Parameter Store here: the host hands out the secrets itself.
      environment: { SLACK_API_URL: workspace.apiUrl, SECRETS_PATH: '', ...options.host?.environment },
    });
    const running = host;
    stops.push(() => running.stop());

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
    // What was queued when the stack stopped is due now; the first minute need not pass first.
    void running.fire('sweep');

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
    const demo = await options.demo?.(stack).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StackError(`The demo: ${reason.split('\n')[0]}. Start without it: --no-demo.`, { cause: error });
    });
    if (demo) stops.push(() => demo.stop());
    return stack;
  } catch (error) {
    await stop();
    throw error;
  }
}

function openLog(dataDir: string, stops: (() => Promise<unknown>)[], onLine: Stack['log'] = () => {}): Stack['log'] {
  const file = createWriteStream(path.join(dataDir, 'kintsugi.log'), { flags: 'a' });
  file.on('error', () => {});
  stops.push(() => new Promise((resolve) => file.end(resolve)));
  return (source, line) => {
    if (file.writable) file.write(`${new Date().toISOString()} [${source}] ${line}\n`);
    onLine(source, line);
  };
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
