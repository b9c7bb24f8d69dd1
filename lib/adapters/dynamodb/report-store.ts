import { type ReportStore, ReportVersion } from '../../report/report-version.ts';
import { failureKey, reportKey, reportPrefix } from './keys.ts';
import { type Item, pickPresent, type Table } from './table.ts';

const attributes = Object.keys(ReportVersion.shape);
const reportOf = (item: Item): ReportVersion => ReportVersion.parse(pickPresent(item, attributes));

/** A version is written once and never changed, so that what somebody wrote is there however often it was edited since. */
export function dynamoReportStore(table: Table): ReportStore {
  return {
    put: (report) => table.putIfAbsent({ ...reportKey(report.failureId, report.version), ...report }),
    async get(failureId, version) {
      const item = await table.get(reportKey(failureId, version));
      return item && reportOf(item);
    },
    async list(failureId) {
      const all: ReportVersion[] = [];
      for await (const item of table.query({ partition: failureKey(failureId).pk, prefix: reportPrefix })) {
        all.push(reportOf(item));
      }
      return all;
    },
  };
}
