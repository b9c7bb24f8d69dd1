import { expect, it } from 'vitest';
import { Policy } from '../../lib/policy/policy.ts';
import { Signal } from '../../lib/signal/signal.ts';
import { documentedKeys, keysOf } from './schema-keys.ts';

it.each([
  ['policy.md', Policy],
  ['signal.md', Signal],
])('docs/%s describes every key of its schema, and no other', (document, schema) => {
  expect(documentedKeys(document).toSorted()).toEqual(keysOf(schema).toSorted());
});
