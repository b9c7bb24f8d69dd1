import { parseDocument } from 'yaml';
import { ConfigurationError } from '../errors.ts';
import { Policy } from './policy.ts';

/** Parses kintsugi.yml; an error names the file, the place and what was expected. */
export function parsePolicy(text: string, file: string): Policy {
  const document = parseDocument(text, { prettyErrors: true });
  const [syntax] = document.errors;
  if (syntax) throw new ConfigurationError(`${file}: ${syntax.message.split('\n')[0]}`);
  const parsed = Policy.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigurationError(`${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
  }
  for (const [name, component] of Object.entries(parsed.data.components)) {
    const runner = component.recovery?.runner;
    if (runner !== undefined && !(runner in parsed.data.runners)) {
      throw new ConfigurationError(
        `${file}: components.${name}.recovery.runner: "${runner}" is not declared under runners`,
      );
    }
  }
  return parsed.data;
}
