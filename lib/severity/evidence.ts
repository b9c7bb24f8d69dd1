import type { ComponentPolicy } from '../policy/policy.ts';
import type { Level, Signal } from '../signal/signal.ts';

/** One thing that speaks for a level, in words a person can check. */
export interface Evidence {
  level: Level;
  because: string;
  /** How strongly: 3 says it outright, 2 clearly, 1 is a hint. */
  weight: 1 | 2 | 3;
}

interface Cue {
  level: Level;
  weight: Evidence['weight'];
  pattern: RegExp;
  because: string;
}

/** The seed's criteria as words that real reports use. Anchored: a cue that also fits a harmless text is no cue. */
const cues: Cue[] = [
  {
    level: 5,
    weight: 3,
    pattern:
      /\b(?:data (?:is |was |being )?(?:lost|deleted|wiped)|(?:losing|lost|deleting|deleted) (?:all |customer |user |production )+(?:data|files|records|rows)|data loss)\b/i,
    because: 'data loss',
  },
  {
    level: 5,
    weight: 3,
    pattern:
      /\b(?:active (?:security )?breach|being exploited|intruder|ransomware|attacker has|credentials? (?:were|was) (?:stolen|exfiltrated))\b/i,
    because: 'an active security breach',
  },
  {
    // "503 Service Unavailable" is one answer, of whomever was asked.
    level: 5,
    weight: 3,
    pattern:
      /\b(?:production|prod|site|(?<!\b50\d[ :-]{1,3})service|everything|all (?:users|customers|regions))\b.{0,30}\b(?:is |are )?(?:completely |entirely |totally )?(?:down|offline|unreachable|unavailable)\b|\b(?:full|total|complete|global) outage\b/i,
    because: 'a production system is down',
  },
  {
    level: 5,
    weight: 3,
    pattern:
      /\b(?:cannot|can't|unable to) (?:take|accept|process) (?:any )?(?:payments?|orders?)\b|\b(?:checkout|payments?) (?:is |are )?(?:completely )?down\b|\brevenue (?:loss|impact)\b/i,
    because: 'revenue is hit now',
  },
  {
    level: 4,
    weight: 3,
    pattern:
      /\b(?:data corruption|corrupt(?:ed)? (?:data|database|index|records|table|block|file system)|checksum mismatch|inconsistent data)\b/i,
    because: 'data corruption',
  },
  {
    level: 4,
    weight: 3,
    pattern:
      /\b(?:won't|does not|doesn't|cannot|can't|fail(?:s|ed|ing)? to|unable to|refus(?:es|ed) to) (?:start|boot|come up)\b|\bcrash ?loop/i,
    because: "the system won't start",
  },
  {
    level: 4,
    weight: 3,
    pattern:
      /\b(?:vulnerabilit(?:y|ies)|CVE-\d{4}-\d+|exposed (?:secret|credential|token|key|password)s?|(?:secret|credential|token|key|password)s? (?:exposed|leaked)|auth(?:entication|orization)? bypass|sql injection|remote code execution)\b/i,
    because: 'a security hole is exposed',
  },
  {
    level: 4,
    weight: 2,
    pattern:
      /\b(?:out of memory|OOM ?Kill(?:ed|er)|kernel panic|segmentation fault|core dumped|disk (?:is )?full|no space left on device)\b/i,
    because: 'the process or host was brought down',
  },
  {
    level: 4,
    weight: 2,
    pattern:
      /\b(?:dependenc(?:y|ies) (?:is |are )?(?:broken|missing)|cannot find module|ModuleNotFoundError|ClassNotFoundException|NoClassDefFoundError|database (?:is )?(?:down|unreachable)|ECONNREFUSED|connection refused)\b/i,
    because: 'a dependency is broken',
  },
  {
    level: 3,
    weight: 2,
    pattern:
      /\b(?:core (?:feature|route|function)|main (?:feature|flow)|every request|all requests|5\d\d errors?|HTTP 5\d\d|500 Internal Server Error)\b/i,
    because: 'a core feature is broken',
  },
  {
    level: 3,
    weight: 2,
    pattern:
      /\b(?:breaking change|API (?:is )?(?:broken|breakage)|schema validation|unexpected (?:status|response) 4\d\d|404 Not Found)\b/i,
    because: 'an API is broken',
  },
  {
    level: 3,
    weight: 2,
    pattern:
      /\b(?:data integrity|duplicate (?:orders?|charges?|records?)|integrity constraint|foreign key|wrong (?:amount|total|balance)s?)\b/i,
    because: 'data integrity is at risk',
  },
  {
    level: 3,
    weight: 1,
    pattern:
      /\b(?:deadlock|panic:|fatal|Traceback \(most recent call last\)|unhandled (?:exception|rejection)|build failed|deploy(?:ment)? failed)\b/i,
    because: 'it failed outright',
  },
  {
    level: 2,
    weight: 1,
    pattern:
      /\b(?:slow(?:er)?|latency|degraded|timed? ?out|timeout|flak[ey]|intermittent|retr(?:y|ied|ying)|partial(?:ly)?|some users|one (?:customer|user|feature)|single (?:feature|page))\b/i,
    because: 'partial loss or slowness',
  },
  {
    level: 1,
    weight: 2,
    pattern:
      /\b(?:typos?|cosmetic|misaligned|spelling|documentation|docs? (?:page|link)|deprecat(?:ed|ion)(?: warning)?|lint(?:er)?|wording|colou?r)\b/i,
    because: 'cosmetic or a warning',
  },
  { level: 1, weight: 1, pattern: /\bwarning\b/i, because: 'only a warning' },
];

/** Everything that speaks for a level in this signal, text first, then what is known about where it happened. */
export function gatherEvidence(signal: Signal, component: ComponentPolicy): Evidence[] {
  const text = [signal.summary, signal.details, signal.error?.type, signal.error?.message, signal.impact]
    .filter(Boolean)
    .join('\n');
  const evidence: Evidence[] = cues
    .filter(({ pattern }) => pattern.test(text))
    .map(({ level, weight, because }) => ({ level, weight, because }));
  const failing = failingTests(`${text}\n${signal.error?.stack ?? ''}`);
  if (failing > 1) evidence.push({ level: 3, weight: 2, because: `${failing} tests fail` });
  if (failing === 1) evidence.push({ level: 1, weight: 2, because: 'one test fails' });
  evidence.push(...circumstances(signal, component));
  if (signal.severity)
    evidence.push({ level: signal.severity, weight: 1, because: `the sender says level ${signal.severity}` });
  return evidence;
}

function circumstances(signal: Signal, component: ComponentPolicy): Evidence[] {
  const evidence: Evidence[] = [];
  const isProduction = /^(?:prod|production|live)$/i.test(signal.environment ?? '');
  if (signal.state?.system === 'down') {
    evidence.push(
      isProduction
        ? { level: 5, weight: 3, because: 'production is down' }
        : { level: 4, weight: 2, because: 'the system is down' },
    );
  }
  if (signal.state?.system === 'degraded') evidence.push({ level: 2, weight: 2, because: 'the system is degraded' });
  if (signal.state?.dataImpact === 'significant')
    evidence.push({ level: 5, weight: 2, because: 'significant data impact' });
  if (signal.state?.dataImpact === 'some') evidence.push({ level: 3, weight: 2, because: 'some data impact' });
  if (signal.customerImpacting) evidence.push({ level: 3, weight: 2, because: 'customers are affected' });
  if (signal.error?.exitCode === 137) evidence.push({ level: 3, weight: 1, because: 'it was killed (exit 137)' });
  if (component.criticality === 'high' && isProduction)
    evidence.push({ level: 3, weight: 1, because: 'a highly critical component in production' });
  return evidence;
}

/** How many tests failed, as common runners say it; 0 when nothing says so. */
function failingTests(text: string): number {
  const counts = [
    /\b(\d+) (?:tests? )?fail(?:ed|ing|ures?)\b/gi,
    /^# fail (\d+)/gim,
    /\bfail(?:ed|ures?)[:=]\s*(\d+)/gi,
    /ℹ fail (\d+)/gi,
  ];
  return Math.max(0, ...counts.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => Number(match[1]))));
}
