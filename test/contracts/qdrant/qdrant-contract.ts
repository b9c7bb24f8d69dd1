import { collectionCases } from './collection-cases.ts';
import { filterCases } from './filter-cases.ts';
import { formulaCases } from './formula-cases.ts';
import { pointCases } from './point-cases.ts';
import { queryCases } from './query-cases.ts';
import { scoreProperties } from './score-properties.ts';

/** What Kintsugi relies on in Qdrant. The same cases run on the stand-in and, when its URL is given, on a real one. */
export function qdrantContract(url: () => string) {
  collectionCases(url);
  pointCases(url);
  filterCases(url);
  queryCases(url);
  formulaCases(url);
  scoreProperties(url);
}
