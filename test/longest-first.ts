import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They take a minute each: whichever begins last is waited for by everybody. A fresh clone has no times to go by. */
const long = ['/test/chaos/', '/test/browser/', '/test/destructive/'];

const rank = ({ moduleId }: TestSpecification): number => {
  const at = long.findIndex((folder) => moduleId.includes(folder));
  return at === -1 ? long.length : at;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
