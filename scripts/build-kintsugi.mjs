// Bundles the `kintsugi` command into one file that needs nothing beside it: `npm run build:kintsugi [-- FILE]`.
import { chmodSync, statSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';

const outfile = process.argv[2] ?? 'dist/kintsugi.mjs';

await build({ ...bundleOptions, entryPoints: ['runner/cli.ts'], outfile, logLevel: 'warning' });
chmodSync(outfile, 0o755);
console.log(`${outfile}: ${Math.round(statSync(outfile).size / 1000)} kB`);
