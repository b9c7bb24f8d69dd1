import { posix } from 'node:path';
import { z } from 'zod';

/** What a glob may say: it stays below the folder that it starts in. */
export const TempPattern = z
  .string()
  .min(1)
  .refine((pattern) => !/[\\\0]/.test(pattern), 'must be a glob with / between its parts, such as cache/**/*.tmp')
  .refine((pattern) => !/(^|[{(,|])[/~]/.test(pattern), 'must be below its root: no leading / or ~')
  .refine((pattern) => !/(^|[^\w.-])\.\.([^\w.-]|$)/.test(pattern), 'must stay inside its root: no ..')
  .refine((pattern) => !hasSlashInside(pattern), 'must have no / inside { } or ( )')
  // `.[.]` and `{.,x}.` say `..`, too: the one who reads globs is asked.
  .refine(
    (pattern) => !pattern.split('/').some((part) => posix.matchesGlob('..', part)),
    'must stay inside its root: a part of it may mean ..',
  )
  .refine((pattern) => !/^[./]*$/.test(pattern), 'must match something inside its root, never the root itself');

/** There nobody sees where a part ends. */
function hasSlashInside(pattern: string): boolean {
  let depth = 0;
  for (const character of pattern) {
    if ('{('.includes(character)) depth += 1;
    else if ('})'.includes(character)) depth -= 1;
    else if (character === '/' && depth > 0) return true;
  }
  return false;
}
