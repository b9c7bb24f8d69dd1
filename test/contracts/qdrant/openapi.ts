import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { default as addFormats } from 'ajv-formats';
import type { Exchange } from './recorded-exchanges.ts';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Holds exchanges against Qdrant's OpenAPI description: the answer always, the request whenever it was accepted. */
export function openApiChecker(path: string): (exchange: Exchange) => string[] {
  const description = JSON.parse(readFileSync(path, 'utf8')) as { paths: Json };
  const ajv = new Ajv({ strict: false, validateSchema: false, validateFormats: true, allErrors: false });
  addFormats.default(ajv);
  const unsigned = { type: 'number', validate: (value: number) => Number.isInteger(value) && value >= 0 } as const;
  for (const format of ['uint', 'uint8', 'uint16', 'uint32', 'uint64']) ajv.addFormat(format, unsigned);
  ajv.addSchema(asJsonSchema(description) as Json, 'qdrant');

  const templates = Object.keys(description.paths).map((template) => ({ template, parts: template.split('/') }));
  const templateOf = (exchange: Exchange) => {
    const parts = exchange.path.split('/');
    const fitting = templates.filter(
      (candidate) =>
        candidate.parts.length === parts.length &&
        candidate.parts.every((part, at) => part.startsWith('{') || part === parts[at]) &&
        exchange.method.toLowerCase() in (description.paths[candidate.template] as Json),
    );
    return fitting.sort((a, b) => a.template.split('{').length - b.template.split('{').length)[0]?.template;
  };

  const compiled = new Map<string, ValidateFunction>();
  const problems = (pointer: readonly string[], value: unknown): string[] => {
    const ref = `qdrant#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const validate = compiled.get(ref) ?? ajv.compile({ $ref: ref });
    compiled.set(ref, validate);
    return validate(value) ? [] : [ajv.errorsText(validate.errors)];
  };

  return (exchange) => {
    const about = `${exchange.method} ${exchange.path} → ${exchange.status}`;
    const template = templateOf(exchange);
    if (!template) return [`${about}: no such path in the description`];
    const operation = ['paths', template, exchange.method.toLowerCase()];
    const content = ['content', 'application/json', 'schema'];
    const { requestBody } = (description.paths[template] as Record<string, Json>)[
      exchange.method.toLowerCase()
    ] as Json;
    const wasAccepted = exchange.status === 200;
    const found = [
      ...(wasAccepted && requestBody ? problems([...operation, 'requestBody', ...content], exchange.request) : []),
      ...problems([...operation, 'responses', wasAccepted ? '200' : '4XX', ...content], exchange.response),
    ];
    return found.map((problem) => `${about}: ${problem}`);
  };
}

/** OpenAPI 3.0 writes "or null" as `nullable`, which JSON Schema does not know: without this a null would fit nowhere, or anything fit. */
function asJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asJsonSchema);
  if (!isObject(node)) return node;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, asJsonSchema(value)]),
  );
  if (nullable !== true) return rest;
  if (Object.keys(rest).length === 0) return { type: 'null' };
  return { anyOf: [rest, { type: 'null' }] };
}
