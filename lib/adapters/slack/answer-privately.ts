import type { KnownBlock } from '@slack/types';
import type { FailureId } from '../../failure/ids.ts';
import type { Log } from '../../ports.ts';
import { timeForLastWord } from './request-time.ts';

export interface PrivateAnswer {
  text: string;
  blocks?: KnownBlock[];
  /** Takes the place of the (private) message whose button was pressed. */
  replaces?: boolean;
  /** Failures whose words are in it, also where it does not name them. */
  about?: FailureId[];
  /** Asked once it got there: what it should say instead, if what it was drawn from changed meanwhile. */
  newer?: () => Promise<PrivateAnswer | undefined>;
}

/** False: it did not get there. */
export type AnswerPrivately = (responseUrl: string | undefined, answer: PrivateAnswer) => Promise<boolean>;

const slackHosts = ['hooks.slack.com', 'hooks.slack-gov.com'];

/** Tells one person something, through the URL that came with their click; only ever calls Slack's own hosts. */
export function privateAnswers({ apiUrl, log }: { apiUrl?: string | undefined; log: Log }): AnswerPrivately {
  return async (responseUrl, { text, blocks, replaces = false }) => {
    if (!responseUrl || !isSlacks(responseUrl, apiUrl)) {
      log('no way to answer privately');
      return false;
    }
    try {
      const response = await fetch(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({
          response_type: 'ephemeral',
          replace_original: replaces,
          text,
          ...(blocks && { blocks }),
        }),
        redirect: 'error',
        signal: AbortSignal.timeout(Math.ceil(timeForLastWord(2000))),
      });
      const answer = await response.text();
      if (!response.ok) log('private answer refused', { status: response.status, answer: answer.slice(0, 200) });
      return response.ok;
    } catch (error) {
      log('private answer not sent', { error: String(error) });
      return false;
    }
  };
}

function isSlacks(url: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  if (protocol === 'https:' && slackHosts.includes(hostname)) return true;
  // The local workspace answers where its API is.
  return apiUrl !== undefined && URL.canParse(apiUrl) && new URL(apiUrl).origin === origin;
}
