import type { AllMiddlewareArgs } from '@slack/bolt';
import { z } from 'zod';
import { errorText } from '../error-texts.ts';
import { type Listening, logFailed } from './interaction.ts';

/** What Bolt hands to app.error with `extendedErrorHandler`; it does not export the type. */
interface ExtendedErrorArgs {
  error: Error;
  body: unknown;
  context: AllMiddlewareArgs['context'];
}

/** Whatever a listener threw: written down, and said to who waits for an answer. */
export function listenToErrors({ app, ports, answerPrivately }: Listening): void {
  app.error(async ({ error, body, context }: ExtendedErrorArgs) => {
    const cause = 'original' in error && error.original instanceof Error ? error.original : error;
    logFailed(ports.log, cause, String(context.requestId));
    const { response_url: url } = z.object({ response_url: z.string().optional() }).catch({}).parse(body);
    if (url) await answerPrivately(url, { text: errorText(cause, String(context.requestId)) });
  });
}
