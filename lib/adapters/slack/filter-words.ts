import type { FailureFilter } from '../../failure/failure-query.ts';
import { actorMrkdwn, dateMrkdwn } from './cards/rich-text.ts';
import { escapeMrkdwn } from './escape.ts';

/** What a listing or a search was narrowed to, in plain words (mrkdwn); empty when to nothing. Its status is said elsewhere. */
export function filterWords({ minLevel, maxLevel, component, since, until, by }: FailureFilter): string {
  const level =
    minLevel !== undefined && minLevel === maxLevel
      ? `severity ${minLevel}`
      : [minLevel && `severity ${minLevel} and up`, maxLevel && `severity ${maxLevel} and below`];
  const words = [
    level,
    component && `component ${escapeMrkdwn(component)}`,
    since && `since ${dateMrkdwn(since)}`,
    until && `before ${dateMrkdwn(until)}`,
    by && `by ${actorMrkdwn(by)}`,
  ];
  return words.flat().filter(Boolean).join(', ');
}
