/** The errors that people can do something about. */
export type Explained = 'failure_not_found' | 'version_conflict' | 'poison' | 'configuration';

/** Error code → what to do next. */
export const nextStep: Record<Explained, string> = {
  failure_not_found: '`/failure list` shows the open ones.',
  version_conflict: 'Others are changing it at this moment. Look at the card and press again.',
  poison: 'Check what you entered and send it again.',
  configuration: 'An operator must look at the log: the configuration cannot work.',
};

/** What a person sees when something threw. */
export function errorText(error: unknown, requestId: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code in nextStep
    ? `That did not work. ${nextStep[code as Explained]}`
    : `Something broke on our side. If nothing has changed, try again; if it stays, quote \`${requestId}\` to your operator.`;
}
