import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { QdrantClient } from '@qdrant/js-client-rest';
import { dynamoAttentionStore } from '../../lib/adapters/dynamodb/attention-store.ts';
import { dynamoFailureStore } from '../../lib/adapters/dynamodb/failure-store.ts';
import { dynamoRunStore } from '../../lib/adapters/dynamodb/run-store.ts';
import { dynamoSignalLedger } from '../../lib/adapters/dynamodb/signal-ledger.ts';
import { dynamoTable } from '../../lib/adapters/dynamodb/table.ts';
import { FailureId } from '../../lib/failure/ids.ts';
import type { SimilarFailure } from '../../lib/failure/similar-failure.ts';
import type { Endpoints } from '../../local/endpoints.ts';

const client = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

interface Rejected {
  reason: string;
  detail: string;
  body: string;
  bodyBytes: number;
}

/** What a running stack has stored, read past the functions: the table through the product's own stores, and the memory. */
export function evidenceOf({
  dynamodbEndpoint,
  tableName,
  qdrantUrl,
}: Pick<Endpoints, 'dynamodbEndpoint' | 'tableName' | 'qdrantUrl'>) {
  const dynamodb = new DynamoDBClient({ ...client, endpoint: dynamodbEndpoint });
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const table = dynamoTable({ tableName, client: dynamodb });
  const attention = dynamoAttentionStore(table);
  const failures = dynamoFailureStore(table);

  async function all(): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new ScanCommand({ TableName: tableName, ...(from && { ExclusiveStartKey: from }) }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  }

  return {
    failures,
    runs: dynamoRunStore(table),
    ledger: dynamoSignalLedger(table),
    /** Ids of the signals that are stored, each with what it says. */
    async signals(): Promise<{ id: string; summary: string }[]> {
      return (await all()).flatMap(({ sk, signal }) =>
        sk === 'SIGNAL' ? [signal as { id: string; summary: string }] : [],
      );
    },
    async rejected(): Promise<Rejected[]> {
      return (await all()).flatMap((item) =>
        String(item.pk).startsWith('REJECTED#') ? [item as unknown as Rejected] : [],
      );
    },
    async allFailures() {
      const ids = (await all()).flatMap(({ pk, sk }) =>
        sk === 'FAILURE' ? [FailureId.parse(String(pk).slice(2))] : [],
      );
      return Promise.all(
        ids.map(async (id) => {
          const stored = await failures.get(id);
          if (!stored) throw new Error(`${id} is gone`);
          return stored;
        }),
      );
    },
    /** Failures, runs and groups that anything is still to be done about. The index is only a hint, so each is read. */
    async due() {
      const listed = await attention.due(Date.now() + 365 * 86_400_000, 1000);
      const read = await Promise.all(listed.map(({ target }) => attention.read(target)));
      return read.filter((item) => item !== undefined);
    },
    async remembered(): Promise<SimilarFailure[]> {
      const qdrant = new QdrantClient({ url: qdrantUrl, checkCompatibility: false });
      if (!(await qdrant.collectionExists('failures')).exists) return [];
      const { points } = await qdrant.scroll('failures', { limit: 1000, with_payload: true });
      return points.map(({ payload }) => payload?.memory as SimilarFailure);
    },
    close: () => dynamodb.destroy(),
  };
}
export type Evidence = ReturnType<typeof evidenceOf>;
