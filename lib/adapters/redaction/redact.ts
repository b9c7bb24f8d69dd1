import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import type { Redact } from '../../ports.ts';

const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended, options: {} }] };

/**
 * What the rule set does not know: values named as secrets, bearer tokens, JSON Web Tokens, passwords in URLs, keys in PEM,
 * and personal data (e-mail addresses, payment card and IBAN numbers). Group 1 is kept, the rest is replaced.
 */
const ownRules: { name: string; pattern: RegExp }[] = [
  {
    name: 'private key',
    pattern: /()-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
  },
  { name: 'token', pattern: /(\b(?:bearer|basic)\s{1,3})[A-Za-z0-9._~+/=-]{12,}/gi },
  { name: 'token', pattern: /()\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]{0,4000})?/g },
  {
    name: 'token',
    pattern:
      /()\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|sk-[A-Za-z0-9_-]{20,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{20,}|A(?:KIA|SIA)[A-Z0-9]{16})\b/g,
  },
  { name: 'password', pattern: /(:\/\/[^\s:/@]{0,100}:)[^\s@/]{1,200}(?=@)/g },
  {
    name: 'secret',
    pattern:
      /((?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|cookie|authorization)(?:[_-]\w{1,20}){0,3}["']?\s{0,3}[=:]\s{0,3}["']?)(?!\[redacted|bearer |basic )[^\s"',;&)}\]]{3,}/gi,
  },
  {
    name: 'e-mail',
    pattern: /()(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g,
  },
  { name: 'iban', pattern: /()\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g },
];
const cardNumber = /\b\d(?:[ -]?\d){12,18}\b/g;

/** Replaces what looks like a secret or personal data by `[redacted <what>]`. Deterministic, and a second pass changes nothing. */
export const redact: Redact = async (text) => {
  if (text.length < 6) return text;
  const { messages } = await lintSource({
    source: { content: text, filePath: 'text.txt', ext: '.txt', contentType: 'text' },
    options: { config, noPhysicFilePath: true },
  });
  const found = messages
    .map(({ range, ruleId }) => ({ start: range[0], end: range[1], name: ruleId.replace(/^.*secretlint-rule-/, '') }))
    .sort((a, b) => b.start - a.start);
  let clean = text;
  let untouched = text.length;
  for (const { start, end, name } of found) {
    if (start >= untouched) continue;
    clean = `${clean.slice(0, start)}[redacted ${name}]${clean.slice(Math.min(end, untouched))}`;
    untouched = start;
  }
  for (const { name, pattern } of ownRules) clean = clean.replace(pattern, `$1[redacted ${name}]`);
  return clean.replace(cardNumber, (digits) => (isCardNumber(digits) ? '[redacted card number]' : digits));
};

/** Applies `redact` to every string inside a JSON-like value; keys stay. */
export async function redactAll<T>(value: T): Promise<T> {
  if (typeof value === 'string') return (await redact(value)) as T;
  if (Array.isArray(value)) return (await Promise.all(value.map((item) => redactAll(item)))) as T;
  if (value !== null && typeof value === 'object') {
    const entries = await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await redactAll(item)]));
    return Object.fromEntries(entries);
  }
  return value;
}

/** Luhn: so that ids and epoch times are left alone. */
function isCardNumber(digits: string): boolean {
  const numbers = digits.replace(/\D/g, '');
  if (numbers.length < 13 || numbers.length > 19 || /^(\d)\1+$/.test(numbers)) return false;
  let sum = 0;
  for (let index = 0; index < numbers.length; index++) {
    const digit = Number(numbers[numbers.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
