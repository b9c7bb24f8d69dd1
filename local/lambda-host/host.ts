import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAccount, localise, queueUrl } from './cloudformation.ts';
import { environmentOf } from './function-environment.ts';
import { type FunctionUrl, serveFunctionUrl } from './function-url.ts';
import { startOrphanGuard } from './orphan-guard.ts';
import type { Outcome } from './protocol.ts';
import { createQueues, createTable } from './provision.ts';
import { type RoleGuard, startRoleGuard } from './role-guard.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { type OrderedCrash, type SandboxPool, sandboxPool } from './sandbox-pool.ts';
import { type Schedule, startSchedule } from './schedule.ts';
import { type FunctionDeclaration, readService, type Service } from './service.ts';
import { type Poller, startSqsPoller } from './sqs-poller.ts';

export interface LambdaHostOptions {
  /** The folder of serverless.yml and the handlers. */
  projectDir: string;
  serviceFile?: string;
  stage?: string;
  /** What `${env:…}` in serverless.yml reads. */
  env: Record<string, string | undefined>;
  params?: Record<string, string>;
  endpoints: { dynamodb: string; sqs: string };
  /** Given to every function beside its own environment, and stronger than it, such as SLACK_API_URL. */
  environment?: Record<string, string>;
  /** By the last part of its SSM parameter's name; a function gets those that its role may read (slack-bot-token → SLACK_BOT_TOKEN). */
  secrets?: Record<string, string>;
  /** Every line a function prints, and the host's own about it. */
  onLine?: (functionName: string, line: string) => void;
  /** Stop each process between invocations. Default: wherever the system can. */
  freeze?: boolean;
  /** How many processes a function may have. */
  maxSandboxes?: number;
  /** These have a process before the host says that it runs, so that the first click is not a cold start. */
  warm?: readonly string[];
  /** false: only `fire` fires them. `twiceEvery`: every n-th time twice, as EventBridge may. */
  schedules?: false | { everyMs?: number; twiceEvery?: number };
  /** Where Node keeps compiled code between cold starts. */
  compileCacheDir?: string;
}

export interface LambdaHost {
  service: Service;
  /** By function name. */
  functionUrls: Record<string, string>;
  queueUrl(queueName: string): string;
  invoke(functionName: string, event: unknown): Promise<Outcome>;
  /** Starts a process of each function that has none, one after the other: what is being asked for has the processor. */
  warmUp(): Promise<void>;
  /** Fires the function's schedules now. */
  fire(functionName: string): Promise<Outcome[]>;
  /** kill -9 of every process of the function; returns how many. */
  kill(functionName: string): number;
  orderCrash(functionName: string, at: OrderedCrash['at']): OrderedCrash;
  /** Resolves when no invocation runs and no message is ready. Delayed messages, and those waiting to be tried again, are not waited for. */
  idle(options?: { timeoutMs?: number; lookEveryMs?: number }): Promise<void>;
  stop(): Promise<void>;
}

/** Gives the handlers what AWS would, from the same serverless.yml. */
export async function startLambdaHost(options: LambdaHostOptions): Promise<LambdaHost> {
  const { projectDir, endpoints, onLine = () => {} } = options;
  const stage = options.stage ?? 'local';
  const service = await readService({
    projectDir,
    stage,
    env: options.env,
    ...(options.params ? { params: options.params } : {}),
    ...(options.serviceFile ? { serviceFile: options.serviceFile } : {}),
  });

  const client = { region: localAccount.region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamodb = new DynamoDBClient({ ...client, endpoint: endpoints.dynamodb });
  const sqs = new SQSClient({ ...client, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false });
  await createQueues(sqs, service.queues);
  for (const table of service.tables) await createTable(dynamodb, table);
  dynamodb.destroy();

  const guard = startOrphanGuard();
  const roles = new Map<string, RoleGuard>();
  for (const { name, rights } of service.functions) {
    roles.set(
      name,
      await startRoleGuard({ functionName: name, rights, endpoints, onLine: (line) => onLine(name, line) }),
    );
  }
  const living = new Set<Sandbox>();
  const pools = new Map<string, SandboxPool>(
    service.functions.map((declaration) => [
      declaration.name,
      sandboxPool({ maxSandboxes: options.maxSandboxes ?? 4, start: (extraEnv) => start(declaration, extraEnv) }),
    ]),
  );

  /** Whatever the function calls goes through its role. */
  function guarded(name: string): LambdaHostOptions['endpoints'] {
    const { endpoint } = roles.get(name) ?? { endpoint: '' };
    return { dynamodb: endpoint, sqs: endpoint };
  }

  function start(declaration: FunctionDeclaration, extraEnv: Record<string, string>): Sandbox {
    const sandbox = startSandbox({
      file: declaration.file,
      exportName: declaration.exportName,
      timeoutSeconds: declaration.timeoutSeconds,
      env: { ...environmentOf(declaration, { ...options, endpoints: guarded(declaration.name) }), ...extraEnv },
      cwd: projectDir,
      freeze: (options.freeze ?? true) && process.platform !== 'win32',
      onLine: (line) => onLine(declaration.name, line),
    });
    const tellGuard = (): void => guard.watch([...living].map(({ pid }) => pid));
    living.add(sandbox);
    tellGuard();
    void sandbox.ended.then(() => {
      living.delete(sandbox);
      tellGuard();
    });
    return sandbox;
  }

  const poolOf = (name: string): SandboxPool => {
    const pool = pools.get(name);
    if (!pool) throw new Error(`serverless.yml declares no function "${name}": it has ${[...pools.keys()].join(', ')}`);
    return pool;
  };
  const invoke = async (name: string, event: unknown): Promise<Outcome> => {
    const startedAt = performance.now();
    const outcome = await poolOf(name).invoke(event);
    const took = `${Math.round(performance.now() - startedAt)} ms`;
    onLine(
      name,
      outcome.kind === 'returned'
        ? `REPORT ${took}`
        : `REPORT ${took} ${outcome.error.errorType}: ${outcome.error.errorMessage}`,
    );
    return outcome;
  };

  if (options.warm) await Promise.all(options.warm.map((name) => poolOf(name).warmUp()));
  const urls: Record<string, FunctionUrl> = {};
  const schedules = new Map<string, Schedule[]>();
  const pollers: Poller[] = [];
  const sourceQueues = new Set<string>();
  for (const declaration of service.functions) {
    const { name } = declaration;
    if (declaration.hasUrl) urls[name] = await serveFunctionUrl({ invoke: (event) => invoke(name, event) });
    for (const source of declaration.sqs) {
      sourceQueues.add(source.queueName);
      pollers.push(
        startSqsPoller({
          sqs,
          source,
          queueUrl: localise(queueUrl(source.queueName), endpoints.sqs),
          workers: Math.min(source.maximumConcurrency ?? 2, options.maxSandboxes ?? 2),
          invoke: (event) => invoke(name, event),
          onLine: (line) => onLine(name, line),
        }),
      );
    }
    schedules.set(
      name,
      declaration.scheduleMs.map((everyMs, at) =>
        startSchedule({
          twiceEvery: 0,
          ...(options.schedules === false ? {} : { everyMs, ...options.schedules }),
          ruleName: `${declaration.fullName}-schedule${at === 0 ? '' : `-${at + 1}`}`,
          retries: declaration.maximumRetryAttempts,
          invoke: (event) => invoke(name, event),
        }),
      ),
    );
  }

  async function isQuiet(): Promise<boolean> {
    if (pollers.some((poller) => poller.busy() > 0) || [...pools.values()].some((pool) => pool.pending() > 0))
      return false;
    const ready = await Promise.all(
      [...sourceQueues].map(async (name) => {
        const QueueUrl = localise(queueUrl(name), endpoints.sqs);
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
        );
        return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
      }),
    );
    return ready.every((count) => count === 0);
  }

  return {
    service,
    functionUrls: Object.fromEntries(Object.entries(urls).map(([name, { url }]) => [name, url])),
    queueUrl: (name) => localise(queueUrl(name), endpoints.sqs),
    invoke,
    async warmUp() {
      for (const pool of pools.values()) await pool.warmUp();
    },
    async fire(name) {
      const own = schedules.get(name) ?? [];
      if (own.length === 0) throw new Error(`serverless.yml gives "${name}" no schedule`);
      return (await Promise.all(own.map((schedule) => schedule.fire()))).flat();
    },
    kill: (name) => poolOf(name).kill(),
    orderCrash: (name, at) => poolOf(name).orderCrash(at),
    async idle({ timeoutMs = 30_000, lookEveryMs = 25 } = {}) {
      const until = Date.now() + timeoutMs;
      // Three quiet looks in a row: a message may be on its way from a queue to its poller during one.
      for (let quiet = 0; quiet < 3; quiet = (await isQuiet()) ? quiet + 1 : 0) {
        if (Date.now() > until) throw new Error(`The functions were not idle within ${timeoutMs} ms`);
        await delay(lookEveryMs);
      }
    },
    async stop() {
      for (const schedule of [...schedules.values()].flat()) schedule.stop();
      await Promise.all(Object.values(urls).map((url) => url.close()));
      await Promise.race([Promise.all(pollers.map((poller) => poller.stop())), delay(1000)]);
      for (const pool of pools.values()) pool.close();
      await Promise.all([...living].map(({ ended }) => ended));
      await Promise.all([...roles.values()].map((role) => role.stop()));
      guard.stop();
      sqs.destroy();
    },
  };
}
