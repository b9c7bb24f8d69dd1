import { FailureId } from '../../../failure/ids.ts';

/** A failure as somebody named it: its id, or the beginning of it (`F-7K`). */
export type FailureRef = { failureId: FailureId } | { prefix: string };

const shortestPrefix = 2;
const letter = '[0-9A-HJKMNP-TV-Z]';

/** `F-7K3Q9D` as people type it: lower case, without the hyphen, with O for 0 and I or L for 1; a link to it; its beginning. */
export function readRef(typed: string): FailureRef | undefined {
  const bare = typed.replace(/^[`'"(<]+|[`'").,:;>]+$/gu, '').replace(/^.*\/f\//u, '');
  const letters = bare.toUpperCase().replace(/^F-/u, '').replaceAll('O', '0').replace(/[IL]/gu, '1');
  // Without its hyphen the F may be the mark of an id, or its first letter.
  const id = [letters, letters.replace(/^F/u, '')].find((one) => new RegExp(`^${letter}{6}$`).test(one));
  if (id) return { failureId: FailureId.parse(`F-${id}`) };
  const isMarked = /^f-/iu.test(bare);
  const isPrefix = letters.length >= shortestPrefix && new RegExp(`^${letter}{1,5}$`).test(letters);
  return isPrefix && (isMarked || letters.length >= 3) ? { prefix: `F-${letters}` } : undefined;
}
