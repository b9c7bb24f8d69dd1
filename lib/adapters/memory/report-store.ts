import type { ReportStore } from '../../report/report-version.ts';
import { copy, memoryWorld } from './world.ts';

export function memoryReportStore({ reports } = memoryWorld()): ReportStore {
  return {
    async put(report) {
      const name = `${report.failureId}#${report.version}`;
      if (reports.has(name)) return false;
      reports.set(name, copy(report));
      return true;
    },
    async get(failureId, version) {
      const found = reports.get(`${failureId}#${version}`);
      return found && copy(found);
    },
    async list(failureId) {
      const all = [...reports.values()].filter((one) => one.failureId === failureId);
      return copy(all.sort((one, other) => one.version - other.version));
    },
  };
}
