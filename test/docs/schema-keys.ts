import { readFileSync } from 'node:fs';
import { z } from 'zod';

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
}

/** Every key that a schema takes, as the documents write it: `error.type`, `links[].url`, `components.<name>.title`. */
export function keysOf(schema: z.ZodType): string[] {
  return walk(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema, '');
}

function walk(schema: JsonSchema, path: string): string[] {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  const inside = [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => walk(inner, at(key))),
    ...(typeof schema.additionalProperties === 'object' ? walk(schema.additionalProperties, at('<name>')) : []),
    ...(schema.items ? walk(schema.items, `${path}[]`) : []),
  ];
  return [...(path === '' || /(?:<name>|\])$/.test(path) ? [] : [path]), ...inside];
}

/** The first cell of every table row whose first cell is a key in backticks. */
export function documentedKeys(document: string): string[] {
  const text = readFileSync(new URL(`../../docs/${document}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key = '']) => key);
}
