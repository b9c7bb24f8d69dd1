import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { placeholders, type Update } from './expression.ts';
import type { Key } from './keys.ts';

export type Item = Record<string, unknown>;

export function pickPresent(item: Item, attributes: readonly string[]): Item {
  return Object.fromEntries(attributes.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

const indexKeys = {
  table: ['pk', 'sk'],
  listing: ['lpk', 'lsk'],
  related: ['rpk', 'rsk'],
  attention: ['apk', 'ask'],
} as const;

export interface TableQuery {
  /** The table itself unless said; an index may lag behind. */
  index?: 'listing' | 'related' | 'attention';
  partition: string;
  prefix?: string;
  /** Sort keys from here on. */
  from?: string;
  before?: string;
  descending?: boolean;
  /** A hint for the size of one page. */
  pageSize?: number;
}

/** The few operations that the stores need. A refused condition is a value; anything else is thrown. */
export interface Table {
  /** Consistent read. */
  get(key: Key): Promise<Item | undefined>;
  /** Consistent read of many; what is absent is left out, the order is free. */
  getAll(keys: Key[]): Promise<Item[]>;
  /** False when the key is taken. */
  putIfAbsent(item: Item & Key): Promise<boolean>;
  /** The whole item after the update; undefined when its condition refused it. */
  update(key: Key, update: Update): Promise<Item | undefined>;
  /** Takes the item away; false when it is not there with this value of this attribute. */
  removeIf(key: Key, attribute: string, value: unknown): Promise<boolean>;
  /** Consistent on the table itself. Reads a page at a time, as far as it is iterated. */
  query(query: TableQuery): AsyncIterable<Item>;
}

/**
 * For Lambda: one attempt waits 3 s at most, and four fit into what a function has left. The endpoint and the region
 * come from the standard variables.
 */
export function dynamoClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
  });
}

export function dynamoTable({ tableName, client }: { tableName: string; client: DynamoDBClient }): Table {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const TableName = tableName;

  async function getSome(keys: Key[]): Promise<Item[]> {
    const found: Item[] = [];
    let wanted: Record<string, unknown>[] = [...new Map(keys.map((key) => [JSON.stringify(key), { ...key }])).values()];
    for (let round = 0; wanted.length > 0; round += 1) {
      // What DynamoDB leaves unprocessed is throttled: asked for again, a little later each time.
      if (round > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(25 * 2 ** round, 1000)));
      const answer = await documents.send(
        new BatchGetCommand({ RequestItems: { [TableName]: { Keys: wanted, ConsistentRead: true } } }),
      );
      found.push(...(answer.Responses?.[TableName] ?? []));
      wanted = answer.UnprocessedKeys?.[TableName]?.Keys ?? [];
    }
    return found;
  }

  return {
    async get(key) {
      const answer = await documents.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
      return answer.Item;
    },
    async getAll(keys) {
      const chunks: Key[][] = [];
      for (let from = 0; from < keys.length; from += 100) chunks.push(keys.slice(from, from + 100));
      return (await Promise.all(chunks.map(getSome))).flat();
    },
    async putIfAbsent(item) {
      const put = new PutCommand({ TableName, Item: item, ConditionExpression: 'attribute_not_exists(pk)' });
      return (await unlessRefused(documents.send(put))) !== undefined;
    },
    async update(key, draft) {
      const command = new UpdateCommand({ TableName, Key: key, ...draft.build(), ReturnValues: 'ALL_NEW' });
      return (await unlessRefused(documents.send(command)))?.Attributes;
    },
    async removeIf(key, attribute, value) {
      const remove = new DeleteCommand({
        TableName,
        Key: key,
        ConditionExpression: '#attribute = :value',
        ExpressionAttributeNames: { '#attribute': attribute },
        ExpressionAttributeValues: { ':value': value },
      });
      return (await unlessRefused(documents.send(remove))) !== undefined;
    },
    async *query({ index, partition, prefix, from, before, descending = false, pageSize }) {
      if (from !== undefined && before !== undefined && from >= before) return;
      const place = placeholders();
      const [partitionKey, sortKey] = indexKeys[index ?? 'table'];
      const conditions = [`${place.name(partitionKey)} = ${place.value(partition)}`];
      if (prefix !== undefined) conditions.push(`begins_with(${place.name(sortKey)}, ${place.value(prefix)})`);
      if (from !== undefined && before !== undefined) {
        // A key takes one condition. BETWEEN includes its end, and the caller does not want it.
        conditions.push(`${place.name(sortKey)} BETWEEN ${place.value(from)} AND ${place.value(before)}`);
      } else if (before !== undefined) {
        conditions.push(`${place.name(sortKey)} < ${place.value(before)}`);
      } else if (from !== undefined) {
        conditions.push(`${place.name(sortKey)} >= ${place.value(from)}`);
      }
      let goOn: Record<string, unknown> | undefined;
      do {
        const page: QueryCommandOutput = await documents.send(
          new QueryCommand({
            TableName,
            ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
            KeyConditionExpression: conditions.join(' AND '),
            ExpressionAttributeNames: place.names,
            ExpressionAttributeValues: place.values,
            ScanIndexForward: !descending,
            ...(pageSize === undefined ? {} : { Limit: pageSize }),
            ...(goOn === undefined ? {} : { ExclusiveStartKey: goOn }),
          }),
        );
        for (const item of page.Items ?? []) if (item[sortKey] !== before) yield item;
        goOn = page.LastEvaluatedKey;
      } while (goOn !== undefined);
    },
  };
}

/** Reads no values from the refusal: the embedded table has none to give, so stores read the item after it. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
