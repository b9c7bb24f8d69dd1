import type { z } from 'zod';

/** "error.exitCode: Invalid input: expected number; severity: …", at most five. */
export function explainIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
    .join('; ');
}
