import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { dynamoFailureStore } from '../../lib/adapters/dynamodb/failure-store.ts';
import { dynamoReportStore } from '../../lib/adapters/dynamodb/report-store.ts';
import { dynamoPostMortemStore } from '../../lib/adapters/dynamodb/response-stores.ts';
import { dynamoRunStore } from '../../lib/adapters/dynamodb/run-store.ts';
import { dynamoSignalLedger } from '../../lib/adapters/dynamodb/signal-ledger.ts';
import { dynamoClient, dynamoTable } from '../../lib/adapters/dynamodb/table.ts';
import { FailureId } from '../../lib/failure/ids.ts';
import { parsePolicy } from '../../lib/policy/load-policy.ts';
import { Policy } from '../../lib/policy/policy.ts';
import { exportReport } from '../../lib/report/export-report.ts';
import { hostTable } from '../host-table.ts';
import { parseFlags, UsageError } from './options.ts';

const Flags = z.object({
  failure: z
    .string()
    .regex(/^F-[0-9A-HJKMNP-TV-Z]{6}$/, 'must be a failure id, such as F-7K3Q9D')
    .pipe(FailureId),
  table: z.string().optional(),
  config: z.string().min(1).optional(),
  policy: z.string().default('kintsugi.yml'),
});

/** Prints a failure's report as Markdown. For an operator: a host's own rights do not open failures. */
export async function exportCommand({ failure, ...given }: { failure: string }): Promise<number> {
  const flags = parseFlags(Flags, { ...given, failure: failure.toUpperCase() });
  const tableName = await hostTable(flags, process.env);
  const stores = dynamoTable({ tableName, client: dynamoClient() });
  const markdown = await exportReport(
    {
      failures: dynamoFailureStore(stores),
      runs: dynamoRunStore(stores),
      ledger: dynamoSignalLedger(stores),
      postMortems: dynamoPostMortemStore(stores),
      reports: dynamoReportStore(stores),
      policy: await readPolicy(flags.policy),
    },
    { failureId: flags.failure },
  );
  if (markdown === undefined) throw new UsageError(`there is no ${flags.failure} in ${tableName}`);
  process.stdout.write(markdown);
  return 0;
}

/** Only for the components' titles: where there is no such file the report has their names. */
async function readPolicy(file: string): Promise<Policy> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined
    ? Policy.parse({ version: 1, channels: { default: '#failures' } })
    : parsePolicy(text, file);
}
