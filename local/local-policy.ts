import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { parsePolicy } from '../lib/policy/load-policy.ts';

/** Writes the project's kintsugi.yml with the demo runner's public key filled in to the data folder, and returns its path. */
export function writeLocalPolicy(options: {
  projectDir: string;
  dataDir: string;
  demoRunnerPublicKey: string;
}): string {
  const source = path.join(options.projectDir, 'kintsugi.yml');
  const text = readFileSync(source, 'utf8');
  parsePolicy(text, 'kintsugi.yml');
  const document = parseDocument(text);
  document.setIn(['runners', 'demo', 'publicKey'], options.demoRunnerPublicKey);
  const target = path.join(options.dataDir, 'kintsugi.yml');
  writeFileSync(target, document.toString({ lineWidth: 0 }));
  return target;
}
