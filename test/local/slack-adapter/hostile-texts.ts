/** What somebody would type, or a log would hold, to ring, link, format or break something. The same 200 each time. */
export function hostileTexts(): string[] {
  const all = [...heads.flatMap((head) => tails.map((tail) => `${head}${tail}`)), ...alone];
  return all.slice(0, 200);
}

const heads = [
  '<!channel>',
  '<!here|here>',
  '<!everyone>',
  '<@U0ADA0ADA>',
  '<@W0ADA0ADA|ada>',
  '<!subteam^S0ONCALL|@oncall>',
  '<#C0GENERAL|general>',
  '<https://evil.example|https://good.example>',
  '<mailto:a@evil.example|write to evil us>',
  '<!date^1795300000^{date}|evil never>',
  '&lt;!channel&gt;',
  '```<!channel>```',
  '`<@U0ADA0ADA>`',
  '*bold* _italic_ ~gone~ <!channel>',
  '> quoted <!here>',
  '<<!channel>>',
  '<!channel',
  '\u202E<!channel>\u202C',
  '\u200B<!\u200Bchannel>\u200B',
  '{"type":"broadcast","range":"channel"} <!channel>',
];
const tails = [
  '',
  ' failed',
  '\n<!channel>',
  ' & <b>html</b> {{template}} %s $(injected)',
  `${'x'.repeat(2000)}<!channel>`,
  ' 🏺'.repeat(30),
  '\u0000\u0007\u001B[31mred',
  ' | a | b |\n|---|---|\n| <!here> |',
  ` ${'wide '.repeat(400)}`,
];
const alone = [
  '🔥🔥🔥',
  '👩‍👩‍👧‍👦',
  '\uD83D broken pair',
  '   spaces   ',
  '­soft',
  '\u2066\u2067\u2068isolated',
  `${'<'.repeat(500)}${'&'.repeat(500)}`,
  '😀'.repeat(1000),
  'a'.repeat(40_000),
  '-'.repeat(300),
  '](https://evil.example)',
  '![image](https://evil.example/x.png)',
  ':rotating_light: :boom:',
  '@channel @here @everyone #general',
  'https://evil.example/?a=<!channel>',
  'constructor __proto__ toString',
  '<script>alert(1)</script>',
  'null',
  '\\<!channel\\>',
  '<!channel>\r\n<!here>',
];
