import { describe, expect, it } from 'vitest';
import type { PackagedService } from './packaged-service.ts';

const functions = ['ingest', 'learn', 'notify', 'recovery', 'slack', 'sweep'];
const nameOf = (functionId: string) => functionId.replace(/LambdaFunction$/, '').toLowerCase();
const target = (reference: { 'Fn::GetAtt': [string, string] }) => reference['Fn::GetAtt'][0];
interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

/** What the CloudFormation template must say, whatever else changes. */
export function templateCases(packaged: () => PackagedService): void {
  const mappings = () =>
    packaged()
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(([, { Properties }]) => Properties);

  describe('each function', () => {
    it('is there, on arm64 and Node 24, with a time limit that suits what waits for it', () => {
      const declared = packaged().ofType('AWS::Lambda::Function');
      expect(declared.map(([id]) => nameOf(id)).toSorted()).toEqual(functions);
      for (const [, { Properties }] of declared) {
        expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
        expect(Properties.Timeout).toBeLessThanOrEqual(60);
      }
      expect(packaged().resources.SlackLambdaFunction?.Properties).toMatchObject({ MemorySize: 1024 });
      expect(packaged().resources.SlackLambdaFunction?.Properties.Timeout).toBeLessThanOrEqual(10);
    });

    it('has a log group that forgets, and a role of its own', () => {
      for (const [id, { Properties }] of packaged().ofType('AWS::Lambda::Function')) {
        const name = nameOf(id);
        const group = packaged()
          .ofType('AWS::Logs::LogGroup')
          .find(([, log]) => log.Properties.LogGroupName === `/aws/lambda/kintsugi-prod-${name}`);
        expect(group?.[1].Properties.RetentionInDays).toBe(30);
        expect(nameOf(target(Properties.Role).replace('IamRoleLambdaExecution', 'LambdaFunction'))).toBe(name);
      }
      expect(packaged().ofType('AWS::IAM::Role')).toHaveLength(functions.length);
    });
  });

  describe('each queue consumer', () => {
    it('answers with partial batch responses, and its queue waits six times its time limit', () => {
      const consumers = mappings().map(
        ({ FunctionName, EventSourceArn }) => `${nameOf(target(FunctionName))} <- ${target(EventSourceArn)}`,
      );
      expect(consumers.toSorted()).toEqual([
        'ingest <- FailuresQueue',
        'learn <- LearnQueue',
        'notify <- NotifyQueue',
        'recovery <- RecoveryQueue',
        'recovery <- ResultsQueue',
      ]);
      for (const mapping of mappings()) {
        expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
        const timeout = packaged().resources[target(mapping.FunctionName)]?.Properties.Timeout;
        const { VisibilityTimeout } = packaged().resources[target(mapping.EventSourceArn)]?.Properties ?? {};
        expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout + (mapping.MaximumBatchingWindowInSeconds ?? 0));
      }
    });
  });

  describe('each queue', () => {
    const queues = () =>
      packaged()
        .ofType('AWS::SQS::Queue')
        .map(([id, { Properties }]) => ({ id, ...Properties }));

    it('is encrypted, and either keeps dead letters for 14 days or sends them to the queue that does', () => {
      for (const queue of queues()) expect(queue.SqsManagedSseEnabled, queue.QueueName).toBe(true);
      const ordinary = queues().filter(({ QueueName }) => !QueueName.endsWith('-dlq'));
      expect(ordinary.map(({ QueueName }) => QueueName).toSorted()).toEqual(
        ['commands-demo', 'failures', 'learn', 'notify', 'recovery', 'results'].map((name) => `kintsugi-prod-${name}`),
      );
      for (const { QueueName, RedrivePolicy } of ordinary) {
        expect(RedrivePolicy.maxReceiveCount, QueueName).toBeGreaterThanOrEqual(3);
        const deadLetters = packaged().resources[target(RedrivePolicy.deadLetterTargetArn)]?.Properties;
        expect(deadLetters).toMatchObject({ QueueName: `${QueueName}-dlq`, MessageRetentionPeriod: 14 * 86_400 });
      }
    });
  });

  describe('the table', () => {
    it('is kept, encrypted, restorable, forgets what expires, and has its three indexes', () => {
      const [[, table] = []] = packaged().ofType('AWS::DynamoDB::Table');
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: {
          TableName: 'kintsugi-prod',
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          SSESpecification: { SSEEnabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        },
      });
      const keys = (schema: { AttributeName: string }[]) => schema.map(({ AttributeName }) => AttributeName).join(' ');
      const indexes: { IndexName: string; KeySchema: { AttributeName: string }[] }[] =
        table?.Properties.GlobalSecondaryIndexes;
      expect([
        keys(table?.Properties.KeySchema),
        ...indexes.map(({ IndexName, KeySchema }) => `${IndexName}: ${keys(KeySchema)}`),
      ]).toEqual(['pk sk', 'listing: lpk lsk', 'related: rpk rsk', 'attention: apk ask']);
    });
  });

  describe('every right', () => {
    const policies = (): [string, Statement[]][] => [
      ...packaged()
        .ofType('AWS::IAM::Role')
        .map(([id, { Properties }]): [string, Statement[]] => [
          id,
          Properties.Policies.flatMap(
            (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
          ),
        ]),
      ...packaged()
        .ofType('AWS::IAM::ManagedPolicy')
        .map(([id, { Properties }]): [string, Statement[]] => [id, Properties.PolicyDocument.Statement]),
    ];
    const rights = (id: string) =>
      (policies().find(([name]) => name === id)?.[1] ?? []).filter(({ Effect }) => Effect === 'Allow');
    const allowed = (id: string, action: string) =>
      rights(id)
        .filter((statement) => [statement.Action].flat().includes(action))
        .flatMap((statement) => [statement.Resource].flat());
    const sendsTo = (id: string) =>
      (allowed(id, 'sqs:SendMessage') as { 'Fn::GetAtt': [string, string] }[]).map(target).toSorted();
    const parameters = (id: string) =>
      allowed(id, 'ssm:GetParameters').map((resource) => JSON.stringify(resource).replace(/^.*\/([a-z-]+)"\}$/, '$1'));

    it('names its actions and resources; only the streams of the own log group cannot be named', () => {
      expect(policies().length).toBe(functions.length + 1);
      for (const [id, statements] of policies()) {
        for (const { Action, Resource } of statements) {
          expect(JSON.stringify(Action), id).not.toContain('*');
          const own = `log-group:/aws/lambda/kintsugi-prod-${nameOf(id.replace('IamRoleLambdaExecution', 'LambdaFunction'))}:*:*`;
          expect(JSON.stringify(Resource).replace(own, ''), id).not.toContain('*');
        }
        expect(JSON.stringify(statements), id).not.toMatch(/NotAction|NotResource|dynamodb:(Scan|DeleteTable)/);
      }
    });

    it('to delete an item is given to who opens gates', () => {
      const deleting = policies().filter(([, statements]) => JSON.stringify(statements).includes('DeleteItem'));
      expect(deleting.map(([id]) => id.replace('IamRoleLambdaExecution', '')).toSorted()).toEqual(
        expect.arrayContaining(['Recovery', 'Slack', 'Sweep']),
      );
      expect(deleting.every(([id]) => /^(Recovery|Slack|Sweep|Runner)/.test(id))).toBe(true);
    });

    it('to write to a queue is given to who writes there, to the command queues to recovery alone', () => {
      expect(
        Object.fromEntries(
          functions.map((name) => [name, sendsTo(`${name[0]?.toUpperCase()}${name.slice(1)}IamRoleLambdaExecution`)]),
        ),
      ).toEqual({
        ingest: ['LearnQueue', 'NotifyQueue', 'RecoveryQueue'],
        learn: ['NotifyQueue'],
        notify: ['NotifyQueue'],
        recovery: ['CommandsDemoQueue', 'LearnQueue', 'NotifyQueue', 'RecoveryQueue'],
        slack: ['LearnQueue', 'NotifyQueue', 'RecoveryQueue'],
        sweep: ['LearnQueue', 'NotifyQueue', 'RecoveryQueue'],
      });
    });

    it('to read a secret is given to who needs it, the signing key of commands to recovery alone', () => {
      expect(
        Object.fromEntries(
          functions.map((name) => [
            name,
            parameters(`${name[0]?.toUpperCase()}${name.slice(1)}IamRoleLambdaExecution`),
          ]),
        ),
      ).toEqual({
        ingest: [],
        learn: ['qdrant-api-key'],
        notify: ['slack-bot-token'],
        recovery: ['command-signing-key', 'pager-signing-secret'],
        slack: ['slack-bot-token', 'slack-signing-secret', 'qdrant-api-key'],
        sweep: [],
      });
    });

    it('of a runner ends at its own queue, the results and the failures', () => {
      expect(allowed('RunnerDemoPolicy', 'sqs:ReceiveMessage')).toEqual([
        { 'Fn::GetAtt': ['CommandsDemoQueue', 'Arn'] },
      ]);
      expect(sendsTo('RunnerDemoPolicy')).toEqual(['FailuresQueue', 'ResultsQueue']);
    });

    it('of a runner to the table is to the work queue and the gates, and to read the checklists', () => {
      const onTable = rights('RunnerDemoPolicy').filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'));
      const partitions = onTable.map(({ Action, Condition }) => [
        [Action].flat().map((action) => action.slice('dynamodb:'.length)),
        Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
      ]);
      expect(partitions).toEqual([
        [
          ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
          ['W#*', 'GATES'],
        ],
        // What depends on what is the functions' to say.
        [['GetItem'], ['REGISTRY']],
        [['Query'], ['GATES', 'CHECK#*']],
        [['Query'], ['WORK#*']],
      ]);
    });
  });
}
