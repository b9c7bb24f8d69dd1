import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one test file has made Node compile is there for the next one, and for the processes that tests start. */
export default function keepCompiled(): void {
  if (process.env.NODE_COMPILE_CACHE) return;
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-compiled-'));
  process.env.NODE_COMPILE_CACHE = folder;
  // Each worker writes down what it has compiled when it ends, so it goes last.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}
