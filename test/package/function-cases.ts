import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateKeys } from '../../lib/adapters/signing/ed25519.ts';
import { startDynamoDb } from '../../local/dynamodb.ts';
import { environmentOf } from '../../local/lambda-host/function-environment.ts';
import { createQueues, createTable } from '../../local/lambda-host/provision.ts';
import { startSandbox } from '../../local/lambda-host/sandbox.ts';
import { readService, type Service } from '../../local/lambda-host/service.ts';
import { startSqs } from '../../local/sqs.ts';
import { fillIn, sampleEvents } from '../play-event.ts';
import { type PackagedService, projectDir } from './packaged-service.ts';

const signingSecret = 'the-secret-of-the-samples';
/** Which of its samples a function plays: any, unless some need what only a whole stack has. */
const played: Record<string, (file: string) => boolean> = {
  slack: (file) => file === 'command-help.json' || file.startsWith('refused-'),
};

/** Each zip is what Lambda would load: unzipped, started on Node 24 with nothing beside it, and given its sample events. */
export function functionCases(packaged: () => PackagedService): void {
  describe('each packaged function', () => {
    let service: Service;
    let stop: () => Promise<unknown>;
    const endpoints = { dynamodb: '', sqs: '' };
    beforeAll(async () => {
      const [dynamodb, sqs] = await Promise.all([startDynamoDb(), startSqs()]);
      endpoints.dynamodb = dynamodb.endpoint;
      endpoints.sqs = sqs.endpoint;
      service = await readService({ projectDir, stage: 'local', env: {} });
      const client = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
      const tables = new DynamoDBClient({ ...client, endpoint: dynamodb.endpoint });
      const queues = new SQSClient({ ...client, endpoint: sqs.endpoint });
      await createQueues(queues, service.queues);
      for (const table of service.tables) await createTable(tables, table);
      stop = async () => {
        tables.destroy();
        queues.destroy();
        await Promise.all([dynamodb.stop(), sqs.stop()]);
      };
    });
    afterAll(() => stop?.());

    it.each(['ingest', 'notify', 'slack', 'recovery', 'learn', 'sweep'])(
      '%s loads by itself and plays its events',
      async (name) => {
        const folder = packaged().unzip(name);
        const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
        expect(files.filter((file) => file.endsWith('.node'))).toEqual([]);
        expect(files.toSorted()).toEqual(['functions', path.join('functions', `${name}.mjs`), 'kintsugi.yml']);

        const samples = sampleEvents(`events/${name}`).filter(({ name: file }) => played[name]?.(file) ?? true);
        expect(samples.length, `events/${name} has no sample`).toBeGreaterThan(0);
        const declaration = service.functions.find((each) => each.name === name);
        if (!declaration) throw new Error(`serverless.yml declares no ${name}`);

        const lines: string[] = [];
        const sandbox = startSandbox({
          file: path.join(folder, 'functions', `${name}.mjs`),
          exportName: declaration.exportName,
          timeoutSeconds: declaration.timeoutSeconds,
          env: environmentOf(declaration, {
            projectDir: folder,
            endpoints,
            environment: { SLACK_API_URL: 'http://127.0.0.1:9/api/', SECRETS_PATH: '' },
            secrets: {
              'slack-bot-token': 'xoxb-1',
              'slack-signing-secret': signingSecret,
              'command-signing-key': generateKeys().privateKey,
              'pager-signing-secret': 'the-secret-of-the-pager',
            },
          }),
          cwd: folder,
          freeze: false,
          onLine: (line) => lines.push(line),
        });
        try {
          for (const { name: file, sample } of samples) {
            const outcome = await sandbox.invoke(fillIn(sample.event, { secret: signingSecret, now: Date.now() }));
            expect(outcome, `${file}\n${lines.join('\n')}`).toMatchObject({ kind: 'returned' });
            const answer = outcome.kind === 'returned' ? JSON.parse(outcome.payload) : undefined;
            if (name === 'slack') expect(answer, file).toMatchObject({ statusCode: sample.expect.statusCode });
          }
        } finally {
          sandbox.kill();
          await sandbox.ended;
        }
      },
    );
  });
}
