// Bundles the `kintsugi` command into one file that needs nothing beside it: `npm run build:kintsugi [-- FILE]`.
import { chmodSync, statSync } from 'node:fs';
import { build } from 'esbuild';

const outfile = process.argv[2] ?? 'dist/kintsugi.mjs';

await build({
  entryPoints: ['runner/cli.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  mainFields: ['module', 'main'],
  // CommonJS packages call require for Node's own modules.
  banner: {
    js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
  },
  plugins: [
    {
      name: 'leave-out-foreign-messages',
      setup({ onLoad }) {
        onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
          contents: "export { default as en } from './en.js';",
          loader: 'js',
        }));
      },
    },
  ],
});
chmodSync(outfile, 0o755);
console.log(`${outfile}: ${Math.round(statSync(outfile).size / 1000)} kB`);
