import { readFileSync } from 'node:fs';
import type { SQSRecord } from 'aws-lambda';
import { dynamoAttentionStore } from './adapters/dynamodb/attention-store.ts';
import { dynamoChecklistStore } from './adapters/dynamodb/checklist-store.ts';
import { dynamoFailureStore } from './adapters/dynamodb/failure-store.ts';
import { dynamoGateStore } from './adapters/dynamodb/gate-store.ts';
import { dynamoBundleStore, dynamoChannelStore, dynamoMuteStore } from './adapters/dynamodb/noise-stores.ts';
import { dynamoRejectedStore } from './adapters/dynamodb/rejected-store.ts';
import { dynamoRoleStore } from './adapters/dynamodb/role-store.ts';
import { dynamoRunStore } from './adapters/dynamodb/run-store.ts';
import { dynamoRunnerStore } from './adapters/dynamodb/runner-store.ts';
import { dynamoSignalLedger } from './adapters/dynamodb/signal-ledger.ts';
import { dynamoClient, dynamoTable } from './adapters/dynamodb/table.ts';
import { dynamoWorkStore } from './adapters/dynamodb/work-store.ts';
import { randomIds } from './adapters/ids.ts';
import { jsonLog } from './adapters/log.ts';
import { forgetfulMemory } from './adapters/memory/forgetful-memory.ts';
import { redact } from './adapters/redaction/redact.ts';
import { readSecrets } from './adapters/secrets/secrets.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { sqsHints } from './adapters/sqs/hints.ts';
import { keepRejected } from './adapters/sqs/keep-rejected.ts';
import { type Environment, readEnvironment } from './config.ts';
import { ConfigurationError, type PoisonError } from './errors.ts';
import { parsePolicy } from './policy/load-policy.ts';
import type { Policy } from './policy/policy.ts';
import type { FailureSearch } from './ports.ts';

/**
 * The one composition root: each function's parts, made once, during its init. Nothing here decides anything.
 * A part that only some functions need is imported where it is made, so that the bundles of the others stay small.
 */
type Env = Record<string, string | undefined>;

export async function ingestApp(env: Env) {
  return basis(env, 'ingest');
}

export async function sweepApp(env: Env) {
  const app = basis(env, 'sweep');
  return { ...app, attention: dynamoAttentionStore(app.table), checklists: dynamoChecklistStore(app.table) };
}

export async function notifyApp(env: Env) {
  const app = basis(env, 'notify');
  const access = await slackAccess(env, app.environment);
  const [{ slackBoard }, { slackWebClient }] = await Promise.all([
    import('./adapters/slack/board.ts'),
    import('./adapters/slack/web-client.ts'),
  ]);
  return { ...app, board: slackBoard(slackWebClient(access), { log: app.log, channels: app.channels }) };
}

export async function slackApp(env: Env) {
  const app = basis(env, 'slack');
  const path = app.environment.SECRETS_PATH;
  const [access, { SLACK_SIGNING_SECRET: signingSecret }, response, { dynamoReportStore }] = await Promise.all([
    slackAccess(env, app.environment),
    readSecrets(['SLACK_SIGNING_SECRET'], { env, path }),
    import('./adapters/dynamodb/response-stores.ts'),
    import('./adapters/dynamodb/report-store.ts'),
  ]);
  return {
    ...app,
    reports: dynamoReportStore(app.table),
    checklists: dynamoChecklistStore(app.table),
    postMortems: response.dynamoPostMortemStore(app.table),
    turns: response.dynamoTurnStore(app.table),
    attention: dynamoAttentionStore(app.table),
    ...failureSearch(env, app),
    slack: { ...access, signingSecret },
  };
}

/** Connected by the first who searches: no click waits for it. */
function failureSearch(env: Env, { environment, now }: ReturnType<typeof basis>): { search?: FailureSearch } {
  const { QDRANT_URL: url, SECRETS_PATH: path } = environment;
  if (!url) return {};
  const connect = async (): Promise<FailureSearch> => {
    const [{ QDRANT_API_KEY: apiKey }, { qdrantFailureMemory }] = await Promise.all([
      readSecrets(['QDRANT_API_KEY'], { env, path, optional: ['QDRANT_API_KEY'] }),
      import('./adapters/qdrant/failure-memory.ts'),
    ]);
    return qdrantFailureMemory({ url, apiKey, timeoutMs: searchMs }, now);
  };
  let connected: Promise<FailureSearch> | undefined;
  const search: FailureSearch = {
    async propose(query) {
      connected ??= connect().catch((error: unknown) => {
        connected = undefined;
        throw error;
      });
      return (await connected).propose(query);
    },
  };
  return { search };
}

/** Somebody waits: what the list itself holds must still be looked through in time. */
const searchMs = 1000;

export async function recoveryApp(env: Env) {
  const app = basis(env, 'recovery');
  const { SECRETS_PATH: path, COMMANDS_QUEUE_URL_PREFIX: queueUrlPrefix } = app.environment;
  if (!queueUrlPrefix) throw new ConfigurationError('environment variable COMMANDS_QUEUE_URL_PREFIX is not set.');
  const { COMMAND_SIGNING_KEY: key } = await readSecrets(['COMMAND_SIGNING_KEY'], { env, path });
  const [{ sqsCommandSender }, { ed25519Signer, verifyEnvelope }, response, pager] = await Promise.all([
    import('./adapters/sqs/command-sender.ts'),
    import('./adapters/signing/ed25519.ts'),
    import('./adapters/dynamodb/response-stores.ts'),
    pagerOf(env, app),
  ]);
  const sign = ed25519Signer(key, 'COMMAND_SIGNING_KEY');
  return {
    ...app,
    commands: sqsCommandSender(app.sqs, { queueUrlPrefix, sign }),
    verify: verifyEnvelope,
    turns: response.dynamoTurnStore(app.table),
    pages: response.dynamoPageStore(app.table),
    postMortems: response.dynamoPostMortemStore(app.table),
    pager,
  };
}

export async function learnApp(env: Env) {
  const basics = basis(env, 'learn');
  const { dynamoReportStore } = await import('./adapters/dynamodb/report-store.ts');
  const app = {
    ...basics,
    reports: dynamoReportStore(basics.table),
    checklists: dynamoChecklistStore(basics.table),
  };
  const secrets = await readSecrets(['QDRANT_API_KEY'], {
    env,
    path: app.environment.SECRETS_PATH,
    optional: ['QDRANT_API_KEY'],
  });
  const url = app.environment.QDRANT_URL;
  if (!url) {
    app.log('no QDRANT_URL: failures are handled, none is remembered');
    return { ...app, memory: forgetfulMemory() };
  }
  const { qdrantFailureMemory } = await import('./adapters/qdrant/failure-memory.ts');
  return { ...app, memory: qdrantFailureMemory({ url, apiKey: secrets.QDRANT_API_KEY }, app.now) };
}

/** Only who names a pager in kintsugi.yml needs its secret. */
async function pagerOf(env: Env, { policy, environment, now }: ReturnType<typeof basis>) {
  if (!policy.pager) return undefined;
  const path = environment.SECRETS_PATH;
  const { PAGER_SIGNING_SECRET: secret } = await readSecrets(['PAGER_SIGNING_SECRET'], { env, path });
  const { webhookPager } = await import('./adapters/pager/webhook-pager.ts');
  return webhookPager({ url: policy.pager.url, secret, now });
}

async function slackAccess(env: Env, { SECRETS_PATH: path, SLACK_API_URL: apiUrl }: Environment) {
  const { SLACK_BOT_TOKEN: botToken } = await readSecrets(['SLACK_BOT_TOKEN'], { env, path });
  return { botToken, apiUrl };
}

/** What every function has: the table's stores, the hints, policy, redaction, clock, ids and log. */
function basis(env: Env, functionName: string) {
  const environment = readEnvironment(env);
  const log = jsonLog(functionName);
  const now = () => new Date();
  const table = dynamoTable({ tableName: environment.TABLE_NAME, client: dynamoClient() });
  const sqs = sqsClient();
  const rejected = dynamoRejectedStore(table);
  return {
    environment,
    policy: readPolicy(environment.KINTSUGI_POLICY),
    table,
    sqs,
    ledger: dynamoSignalLedger(table),
    failures: dynamoFailureStore(table),
    runs: dynamoRunStore(table),
    roles: dynamoRoleStore(table),
    runners: dynamoRunnerStore(table),
    gates: dynamoGateStore(table),
    work: dynamoWorkStore(table),
    bundles: dynamoBundleStore(table),
    mutes: dynamoMuteStore(table),
    channels: dynamoChannelStore(table),
    rejected,
    hints: sqsHints(
      sqs,
      {
        notifyQueueUrl: environment.NOTIFY_QUEUE_URL,
        learnQueueUrl: environment.LEARN_QUEUE_URL,
        recoveryQueueUrl: environment.RECOVERY_QUEUE_URL,
      },
      log,
    ),
    redact,
    ids: randomIds(),
    now,
    log,
    onPoison: (record: SQSRecord, poison: PoisonError) => keepRejected({ rejected, redact, now }, record, poison),
  };
}

function readPolicy(file: string): Policy {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(
      `${file}: cannot be read. It is packaged with the functions; KINTSUGI_POLICY names it.`,
      { cause },
    );
  }
  return parsePolicy(text, file);
}
