import { LogLevel, WebClient } from '@slack/web-api';

export interface SlackAccess {
  botToken: string;
  /** Slack's own unless set: the local workspace sets it. */
  apiUrl?: string | undefined;
}

/**
 * Slack's client as a Lambda needs it: it gives up after 3 s, never repeats by itself (a repeated post is a second
 * message), and hands a rate limit back at once instead of sleeping through the invocation.
 */
export function slackWebClient({ botToken, apiUrl, timeoutMs }: SlackAccess & { timeoutMs?: number }): WebClient {
  return new WebClient(botToken, { ...clientOptions(apiUrl), ...(timeoutMs && { timeout: timeoutMs }) });
}

export function clientOptions(apiUrl?: string) {
  return {
    ...(apiUrl && { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
    retryConfig: { retries: 0 },
    timeout: 3000,
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logLevel: LogLevel.ERROR,
  };
}
