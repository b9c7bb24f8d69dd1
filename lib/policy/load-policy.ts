import { type Document, parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { Policy } from './policy.ts';

/** Parses kintsugi.yml; an error names the file, the place and what was expected. */
export function parsePolicy(text: string, file: string): Policy {
  const document = parseDocument(text, { prettyErrors: true });
  const [syntax] = document.errors;
  if (syntax) throw new ConfigurationError(`${file}: ${syntax.message.split('\n')[0]}`);
  const written = valuesOf(document, file);
  const parsed = Policy.safeParse(written);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigurationError(`${file}: ${issue?.path.join('.') || 'the file'}: ${issue && expected(issue)}`);
  }
  const problem =
    namesNobody(written) ??
    fewerForWorse(parsed.data) ??
    undeclaredRunner(parsed.data) ??
    undeclaredDependency(parsed.data) ??
    circle(parsed.data);
  if (problem) throw new ConfigurationError(`${file}: ${problem}`);
  return parsed.data;
}

/** Only here does the library follow aliases: one that leads nowhere, or too many of them, is no value. */
function valuesOf(document: Document, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw new ConfigurationError(`${file}: ${(error as Error).message}`);
  }
}

/** Of a union zod says only that nothing fits: what would have, is in its parts. */
function expected(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code !== 'invalid_union') return issue.message;
  return (
    [...new Set(issue.errors.flatMap(([first]) => (first ? [expected(first)] : [])))].join(', or ') || issue.message
  );
}

const WrittenPeople = z.object({
  recovery: z.object({ mayStart: z.array(z.unknown()).optional(), mayApprove: z.array(z.unknown()).optional() }),
});

/** Left out it means everybody, and somebody who writes an empty list may well mean nobody. */
function namesNobody(written: unknown): string | undefined {
  const recovery = WrittenPeople.safeParse(written).data?.recovery;
  for (const key of ['mayStart', 'mayApprove'] as const) {
    if (recovery?.[key]?.length !== 0) continue;
    return `recovery.${key}: it names nobody (expected at least one person or user group; where everybody may, leave the key out)`;
  }
  return undefined;
}

function fewerForWorse({ recovery: { approvals } }: Policy): string | undefined {
  for (const [level, better] of [
    [4, 3],
    [5, 4],
  ] as const) {
    if (approvals[level] >= approvals[better]) continue;
    return `recovery.approvals.${level}: ${approvals[level]} is fewer than the ${approvals[better]} of level ${better} (expected ${approvals[better]} or more for what is worse)`;
  }
  return undefined;
}

function undeclaredRunner({ components, runners }: Policy): string | undefined {
  for (const [name, { recovery }] of Object.entries(components)) {
    if (recovery === undefined || Object.hasOwn(runners, recovery.runner)) continue;
    const known = Object.keys(runners).join(', ') || 'none, as it is empty';
    return `components.${name}.recovery.runner: "${recovery.runner}" is not declared under runners (expected one of ${known})`;
  }
  return undefined;
}

function undeclaredDependency({ components, shared }: Policy): string | undefined {
  for (const [name, { dependsOn }] of Object.entries(components)) {
    for (const [at, dependency] of dependsOn.entries()) {
      if (Object.hasOwn(components, dependency) || Object.hasOwn(shared, dependency)) continue;
      const where = dependency.includes(':') ? 'declared under shared' : 'a component';
      return `components.${name}.dependsOn.${at}: "${dependency}" is not ${where} (expected a name under components or shared)`;
    }
  }
  return undefined;
}

/** A restart goes in the order of dependencies: in a circle nobody could say what comes first. */
function circle({ components }: Policy): string | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: string[]): string | undefined => {
    if (path.includes(name)) {
      const ring = [...path.slice(path.indexOf(name)), name];
      return `components.${name}.dependsOn: ${ring.join(' → ')} is a circle (expected an order to start them in)`;
    }
    if (done.has(name)) return undefined;
    for (const next of components[name]?.dependsOn ?? []) {
      const found = visit(next, [...path, name]);
      if (found) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(components)) {
    const found = visit(name, []);
    if (found) return found;
  }
  return undefined;
}
