import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { evaluateIntrinsics, queueArn, type Resource } from './cloudformation.ts';
import { ServiceFileError } from './service-file-error.ts';
import { resolveVariables, type VariableSources } from './variables.ts';
import { parseTaggedYaml } from './yaml-with-tags.ts';

const SqsEvent = z.strictObject({
  arn: z.string().startsWith('arn:aws:sqs:'),
  batchSize: z.int().min(1).max(10_000).default(10),
  maximumBatchingWindow: z.int().min(0).max(300).default(0),
  maximumConcurrency: z.int().min(2).max(1000).optional(),
  functionResponseType: z.literal('ReportBatchItemFailures').optional(),
});
const rate = z
  .string()
  .regex(/^rate\([1-9]\d* (minute|hour|day)s?\)$/, 'must be rate(n minutes), rate(n hours) or rate(n days)');
const ScheduleEvent = z.union([z.strictObject({ rate: z.union([rate, z.array(rate).length(1)]) }), rate]);
const FunctionEvent = z.union([z.strictObject({ sqs: SqsEvent }), z.strictObject({ schedule: ScheduleEvent })], {
  error:
    'is not an event the local stack can send: it knows sqs (arn, batchSize, maximumBatchingWindow, maximumConcurrency, functionResponseType) and schedule (rate)',
});
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = z
  .object({ Effect: z.enum(['Allow', 'Deny']), Action: oneOrMore, Resource: oneOrMore })
  .transform(({ Effect, Action, Resource }) => ({ effect: Effect, actions: Action, resources: Resource }));
const FunctionSection = z.object({
  handler: z.string().regex(/^[\w./-]+\.\w+$/, 'must be file.export, such as functions/ingest.handler'),
  timeout: z.int().min(1).max(900).optional(),
  memorySize: z.int().min(128).max(10_240).optional(),
  environment: z.record(z.string(), text).default({}),
  url: z.union([z.literal(true), z.object({})]).optional(),
  maximumRetryAttempts: z.int().min(0).max(2).default(2),
  events: z.array(FunctionEvent).default([]),
  iamRoleStatements: z.array(Statement).default([]),
});
const QueueProperties = z.object({
  QueueName: z.string().max(80),
  VisibilityTimeout: z.int().min(0).max(43_200).default(30),
  DelaySeconds: z.int().min(0).max(900).optional(),
  MessageRetentionPeriod: z.int().min(60).max(1_209_600).optional(),
  ReceiveMessageWaitTimeSeconds: z.int().min(0).max(20).optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.int().min(1).max(1000) }).optional(),
});
const Key = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })).min(1);
const TableProperties = z.object({
  TableName: z.string(),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: Key,
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: Key,
        Projection: z.object({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY']) }),
      }),
    )
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
});
const ServiceSection = z.object({
  service: z.string(),
  provider: z.object({
    timeout: z.int().default(6),
    memorySize: z.int().default(1024),
    environment: z.record(z.string(), text).default({}),
  }),
  functions: z.record(z.string(), FunctionSection),
});

export type QueueDeclaration = z.infer<typeof QueueProperties>;
export type TableDeclaration = z.infer<typeof TableProperties>;
/** One statement of a role. */
export type Right = z.infer<typeof Statement>;
export type SqsSource = z.infer<typeof SqsEvent> & { queueName: string };

export interface FunctionDeclaration {
  name: string;
  /** As AWS calls it: `<service>-<stage>-<name>`. */
  fullName: string;
  file: string;
  exportName: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  hasUrl: boolean;
  sqs: SqsSource[];
  /** How often each of its schedules fires. */
  scheduleMs: number[];
  maximumRetryAttempts: number;
  /** What its role says. */
  rights: Right[];
  /** The last parts of the SSM parameters that its role may read, such as `slack-bot-token`. */
  secrets: string[];
}

export interface Service {
  name: string;
  stage: string;
  functions: FunctionDeclaration[];
  queues: QueueDeclaration[];
  tables: TableDeclaration[];
}

/** Reads serverless.yml as AWS would come to see it. Throws a ServiceFileError that names file, line and path. */
export async function readService(sources: VariableSources & { serviceFile?: string }): Promise<Service> {
  const file = sources.serviceFile ?? 'serverless.yml';
  const absolute = path.resolve(sources.projectDir, file);
  if (!existsSync(absolute)) throw new ServiceFileError({ file }, `does not exist in ${sources.projectDir}`);
  const yaml = parseTaggedYaml(file, readFileSync(absolute, 'utf8'));
  const failAt = (at: string, problem: string): never => {
    throw new ServiceFileError({ file, line: yaml.lineOf(at), path: at }, problem);
  };
  const resolved = (await resolveVariables(yaml, sources)) as Record<string, unknown> | null;
  if (resolved === null || typeof resolved !== 'object') return failAt('', 'is empty');

  const resources = mergeResources(resolved.resources);
  const written = Object.fromEntries(
    Object.entries(resolved)
      .filter(([section]) => section === 'service' || section === 'provider' || section === 'functions')
      .map(([section, value]) => [
        section,
        evaluateIntrinsics(value, resources, (problem) => failAt(section, problem)),
      ]),
  );

  function parseAt<T extends z.ZodType>(schema: T, value: unknown, prefix: string): z.output<T> {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const at = [prefix, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
    return failAt(at, issue?.message ?? 'is not valid');
  }

  const declared = Object.entries(resources).map(([id, resource]) => {
    const at = `resources.Resources.${id}`;
    return {
      at,
      type: resource.Type,
      properties: evaluateIntrinsics(resource.Properties, resources, (problem) => failAt(at, problem)),
    };
  });
  const queues = declared
    .filter(({ type }) => type === 'AWS::SQS::Queue')
    .map(({ at, properties }) => parseAt(QueueProperties, properties, at));
  const tables = declared
    .filter(({ type }) => type === 'AWS::DynamoDB::Table')
    .map(({ at, properties }) => parseAt(TableProperties, properties, at));

  const section = parseAt(ServiceSection, written, '');
  const functions = Object.entries(section.functions).map(([name, declaration]): FunctionDeclaration => {
    const at = `functions.${name}`;
    const timeoutSeconds = declaration.timeout ?? section.provider.timeout;
    const [module, exportName = ''] = splitLast(declaration.handler, '.');
    const source = ['.ts', '.mjs', '.js']
      .map((extension) => path.resolve(sources.projectDir, module + extension))
      .find(existsSync);
    return {
      name,
      fullName: `${section.service}-${sources.stage}-${name}`,
      file: source ?? failAt(`${at}.handler`, `${module}.ts does not exist`),
      exportName,
      timeoutSeconds,
      memoryMb: declaration.memorySize ?? section.provider.memorySize,
      environment: { ...section.provider.environment, ...declaration.environment },
      hasUrl: declaration.url !== undefined,
      sqs: declaration.events.flatMap((event, index) =>
        'sqs' in event ? [checkSource(event.sqs, `${at}.events.${index}`, timeoutSeconds)] : [],
      ),
      scheduleMs: declaration.events.flatMap((event) => ('schedule' in event ? [rateMs(event.schedule)] : [])),
      maximumRetryAttempts: declaration.maximumRetryAttempts,
      rights: declaration.iamRoleStatements,
      secrets: secretsIn(declaration.iamRoleStatements),
    };
  });

  /** What AWS refuses when the trigger is created. */
  function checkSource(source: z.infer<typeof SqsEvent>, at: string, timeoutSeconds: number): SqsSource {
    const queue =
      queues.find(({ QueueName }) => queueArn(QueueName) === source.arn) ??
      failAt(at, `${source.arn} is not declared under resources`);
    if (queue.VisibilityTimeout < timeoutSeconds) {
      failAt(
        at,
        `${queue.QueueName} has a visibility timeout of ${queue.VisibilityTimeout} s, less than the function's ${timeoutSeconds} s: AWS refuses that`,
      );
    }
    if (source.batchSize > 10 && source.maximumBatchingWindow < 1)
      failAt(at, 'a batchSize above 10 needs a maximumBatchingWindow of at least 1 s');
    return { ...source, queueName: queue.QueueName };
  }

  return { name: section.service, stage: sources.stage, functions, queues, tables };
}

function mergeResources(section: unknown): Record<string, Resource> {
  const parts = (Array.isArray(section) ? section : [section]) as (
    | { Resources?: Record<string, Resource> }
    | undefined
  )[];
  return Object.assign({}, ...parts.map((part) => part?.Resources ?? {}));
}

function rateMs(schedule: z.infer<typeof ScheduleEvent>): number {
  const expression = typeof schedule === 'string' ? schedule : [schedule.rate].flat()[0];
  const [, count = '1', unit = 'minute'] = /^rate\((\d+) (minute|hour|day)/.exec(expression ?? '') ?? [];
  return Number(count) * { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[unit as 'minute' | 'hour' | 'day'];
}

function secretsIn(rights: Right[]): string[] {
  const readable = rights.filter(({ effect, actions }) => effect === 'Allow' && actions.includes('ssm:GetParameters'));
  const names = readable.flatMap(({ resources }) =>
    resources.map((arn) => /:parameter\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]),
  );
  return [...new Set(names.filter((name) => name !== undefined))];
}

function splitLast(value: string, separator: string): [string, string] {
  const at = value.lastIndexOf(separator);
  return [value.slice(0, at), value.slice(at + 1)];
}
