import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import type { Redact } from '../../ports.ts';
import { plainText } from '../../signal/plain-text.ts';
import { redactionRules } from './rules.ts';

const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended, options: {} }] };

const cardNumber = /\b\d(?:[ -]?\d){12,18}\b/g;

/**
 * Replaces what looks like a secret or personal data by `[redacted <what>]`. Terminal colours and control characters go
 * first: they could hide a secret, and taking them out later would put it together again. A second pass changes nothing.
 */
export const redact: Redact = async (raw) => {
  const text = plainText(raw);
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
  for (const { name, pattern } of redactionRules) clean = clean.replace(pattern, `$1[redacted ${name}]`);
  clean = withoutKeyRests(clean);
  return clean.replace(cardNumber, (digits) => (isCardNumber(digits) ? '[redacted card number]' : digits));
};

/** A private key whose beginning was cut off: what stands before its last line, back to where no key can have been. */
function withoutKeyRests(text: string): string {
  let clean = text;
  for (const { index } of [...text.matchAll(/-----END [A-Z ]{0,30}PRIVATE KEY-----/g)].reverse()) {
    let start = index;
    while (start > 0 && /[A-Za-z0-9+/=\s]/.test(clean.charAt(start - 1))) start--;
    clean = `${clean.slice(0, start)}[redacted private key]${clean.slice(index).replace(/^-----END [A-Z ]{0,30}PRIVATE KEY-----/, '')}`;
  }
  return clean;
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
