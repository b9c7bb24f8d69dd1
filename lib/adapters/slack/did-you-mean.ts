import { escapeMrkdwn } from './escape.ts';

export { closest } from '../../closest.ts';

/** A word that somebody typed, short and harmless. */
export function quote(word: string): string {
  return `“${escapeMrkdwn(
    Array.from(word.replace(/[`*_~]/gu, ''))
      .slice(0, 30)
      .join(''),
  )}”`;
}
