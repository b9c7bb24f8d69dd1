import { fieldNames, type ReportField, type ReportText } from './report-text.ts';

export interface Conflict {
  field: ReportField;
  base: string;
  mine: string;
  theirs: string;
}

export interface MergedEdits {
  text: ReportText;
  /** What of mine is new in it. */
  saved: ReportField[];
  /** Both changed these, and differently: they stand as the others wrote them, until somebody has seen both. */
  conflicts: Conflict[];
}

/** Two edits of one text, field by field: what only one of them changed is as that one wrote it. */
export function mergeEdits(texts: { base: ReportText; mine: ReportText; current: ReportText }): MergedEdits {
  const { base, mine, current } = texts;
  const isMine = (field: ReportField) => mine[field] !== base[field] && mine[field] !== current[field];
  const isTheirs = (field: ReportField) => current[field] !== base[field];
  const saved = fieldNames.filter((field) => isMine(field) && !isTheirs(field));
  return {
    text: { ...current, ...Object.fromEntries(saved.map((field) => [field, mine[field]])) },
    saved,
    conflicts: fieldNames
      .filter((field) => isMine(field) && isTheirs(field))
      .map((field) => ({ field, base: base[field], mine: mine[field], theirs: current[field] })),
  };
}
