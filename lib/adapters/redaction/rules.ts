/** What looks like a secret or personal data beyond the rule set's own knowledge. Group 1 is kept, the rest is replaced. */
export interface RedactionRule {
  name: string;
  pattern: RegExp;
}

const secretNames =
  '(?:passwords?|passwd|passphrase|pwd|secrets?|(?<!unexpected )tokens?|(?:api|access|private|account|shared|signing|encryption)[_-]?keys?|credentials?|(?<=[_-])pass)';
/** `_HASH`, `-value`: what may follow such a name before its value. */
const suffix = '(?:[_-]\\w{1,20}){0,3}';
/** An equals sign or colon, quoted or not, also inside JSON that is itself a string. */
const assigned = `\\\\{0,3}["']?\\s{0,3}(?:=>?|:)\\s{0,3}`;

export const redactionRules: RedactionRule[] = [
  {
    name: 'private key',
    // With the headers that old formats have, such as `Proc-Type: 4,ENCRYPTED`.
    pattern:
      /()-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]|-(?!----)){0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
  },
  // A header's whole value: it may hold several words or several cookies.
  {
    name: 'header',
    pattern:
      /(\b(?:set-cookie2?|cookie|(?:proxy-)?authorization|x-api-key|x-auth-token)\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?)(?!\[redacted)[^\s"'\\][^\r\n"'\\]{2,}/gi,
  },
  { name: 'token', pattern: /(\bbearer\s{1,3})(?=\S{0,200}\d)[A-Za-z0-9._~+/=-]{6,}/gi },
  { name: 'token', pattern: /()\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]{0,4000})?/g },
  {
    name: 'token',
    pattern:
      /()(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_-]{30,}|A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Z0-9]))/g,
  },
  { name: 'password', pattern: /(:\/\/[^\s:/@]{0,100}:)(?!\[redacted)[^\s@/]{1,200}(?=@)/g },
  {
    name: 'secret',
    pattern: new RegExp(`(${secretNames}${suffix}${assigned}\\\\{0,3}")(?!\\[redacted)[^"\\n\\\\]{1,500}`, 'gi'),
  },
  {
    name: 'secret',
    pattern: new RegExp(`(${secretNames}${suffix}${assigned}\\\\{0,3}')(?!\\[redacted)[^'\\n\\\\]{1,500}`, 'gi'),
  },
  { name: 'secret', pattern: new RegExp(`(${secretNames}${suffix}${assigned})(?!\\[redacted)[^\\s"'&\\\\]{2,}`, 'gi') },
  // `--password hunter2`, `--api-key abc`, `curl -u user:password`.
  {
    name: 'secret',
    pattern: new RegExp(
      `((?<!\\S)--?(?:[a-z0-9]{1,20}-){0,3}(?:${secretNames}|pass)[ \\t]{1,3}["']?)(?!\\[redacted|-)[^\\s"']{3,}`,
      'gi',
    ),
  },
  { name: 'password', pattern: /((?<!\S)(?:-u|--user)[ \t=]{1,3}["']?[^\s:"']{1,60}:)(?!\[redacted)[^\s"']{2,}/g },
  {
    name: 'e-mail',
    pattern: /()(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g,
  },
  { name: 'iban', pattern: /()\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g },
];
