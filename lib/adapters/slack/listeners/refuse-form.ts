import { escapeAndClip } from '../escape.ts';
import type { FormAnswer } from './form.ts';

/**
 * Says why a form was not carried out. At its field the form stays open, but nothing is formatted there: what names people or
 * groups takes the form's place, together with what was typed, so that nothing is lost.
 */
export function refuseForm(mrkdwn: string, { field, typed = '' }: { field: string; typed?: string }): FormAnswer {
  if (!/<[@!]/.test(mrkdwn.replace(dates, ''))) {
    return { errors: { [field]: plainWords(mrkdwn) } };
  }
  const kept = typed ? `\n\nWhat you typed:\n>${escapeAndClip(typed, 1500).replaceAll('\n', '\n>')}` : '';
  return { notice: { title: 'That was not done', text: mrkdwn + kept } };
}

const dates = /<!date\^[^|>]*\|([^>]*)>/g;

/** Our own words without their formatting; dates as they are for those whose Slack knows no zones. */
export function plainWords(mrkdwn: string): string {
  return mrkdwn
    .replace(dates, '$1')
    .replace(/[`*]/gu, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
