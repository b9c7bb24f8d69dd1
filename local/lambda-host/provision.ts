import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDeclaration, TableDeclaration } from './service.ts';

/** Creates the queues, dead-letter queues first, because AWS wants a redrive target to exist. */
export async function createQueues(sqs: SQSClient, queues: QueueDeclaration[]): Promise<void> {
  for (const { QueueName, RedrivePolicy, ...attributes } of queues.toSorted(
    (a, b) => Number(!!a.RedrivePolicy) - Number(!!b.RedrivePolicy),
  )) {
    const entries = Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    if (RedrivePolicy) entries.push(['RedrivePolicy', JSON.stringify(RedrivePolicy)]);
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: Object.fromEntries(entries) }));
  }
}

/** Creates the table, or checks that the one on disk is the one that is declared. */
export async function createTable(dynamodb: DynamoDBClient, table: TableDeclaration): Promise<void> {
  const existing = await describe(dynamodb, table.TableName);
  if (existing) {
    const wanted = shapeOf(table.KeySchema, table.GlobalSecondaryIndexes);
    const found = shapeOf(existing.KeySchema, existing.GlobalSecondaryIndexes);
    if (wanted !== found) {
      throw new Error(
        `The table ${table.TableName} in the data folder has other keys or indexes than serverless.yml declares (${found}; wanted ${wanted}). Move the data folder away and start again.`,
      );
    }
    return;
  }
  await dynamodb.send(
    new CreateTableCommand({
      TableName: table.TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: table.AttributeDefinitions,
      KeySchema: table.KeySchema,
      ...(table.GlobalSecondaryIndexes ? { GlobalSecondaryIndexes: table.GlobalSecondaryIndexes } : {}),
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.2 } as never, {
    TableName: table.TableName,
  });
  if (table.TimeToLiveSpecification) {
    const command = new UpdateTimeToLiveCommand({
      TableName: table.TableName,
      TimeToLiveSpecification: table.TimeToLiveSpecification,
    });
    await dynamodb.send(command).catch((error: unknown) => {
      // dynalite does not know it: there, items simply stay.
      if (!(error instanceof Error) || error.name !== 'UnknownOperationException') throw error;
    });
  }
}

async function describe(dynamodb: DynamoDBClient, name: string) {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

interface IndexShape {
  IndexName?: string | undefined;
  KeySchema?: { AttributeName?: string | undefined }[] | undefined;
}

function shapeOf(keys: IndexShape['KeySchema'], indexes: IndexShape[] | undefined): string {
  const names = (schema: IndexShape['KeySchema']) => (schema ?? []).map(({ AttributeName }) => AttributeName).join('+');
  return [
    names(keys),
    ...(indexes ?? []).map(({ IndexName, KeySchema }) => `${IndexName}:${names(KeySchema)}`).sort(),
  ].join(' ');
}
