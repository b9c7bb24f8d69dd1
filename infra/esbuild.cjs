/**
 * How the functions are bundled: one ES module each, for the runtime's own Node.
 * The AWS SDK is bundled as well: the tree-shaken clients start faster than the runtime's copy, and what was tested is
 * what runs, whatever SDK the runtime brings next month.
 */
const path = require('node:path');

const projectDir = path.join(__dirname, '..');

/**
 * Bolt brings receivers that a Lambda never uses: express, socket mode (undici, websockets), OAuth, and raw-body's character
 * tables. Each becomes a module whose every name is an empty class, so that `class X extends receiver` still evaluates.
 */
const leaveOutUnusedReceivers = {
  name: 'leave-out-unused-receivers',
  setup(build) {
    const unused = /^(express|raw-body|@slack\/socket-mode|@slack\/oauth)$/;
    build.onResolve({ filter: unused }, ({ path: name }) => ({ path: name, namespace: 'unused-receiver' }));
    build.onLoad({ filter: /.*/, namespace: 'unused-receiver' }, () => ({
      contents:
        'module.exports = new Proxy(function unused() {}, { get: (target, key) => (key in target ? target[key] : class Unused {}) });',
      loader: 'js',
    }));
  },
};

/** zod brings its messages in some fifty languages; ours are English. */
const leaveOutForeignMessages = {
  name: 'leave-out-foreign-messages',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
    }));
  },
};

/** One line a function: its size and the packages that weigh most. */
const reportSizes = {
  name: 'report-sizes',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      for (const [file, { bytes, inputs }] of Object.entries(metafile?.outputs ?? {})) {
        const packages = new Map();
        for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
          const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'kintsugi';
          packages.set(name, (packages.get(name) ?? 0) + bytesInOutput);
        }
        const heaviest = [...packages].sort(([, a], [, b]) => b - a).slice(0, 5);
        const kB = (size) => `${Math.round(size / 1000)} kB`;
        console.log(
          `${path.basename(file)}: ${kB(bytes)} (${heaviest.map(([name, size]) => `${name} ${kB(size)}`).join(', ')})`,
        );
      }
    });
  },
};

module.exports = () => {
  const policy = process.env.KINTSUGI_POLICY || 'kintsugi.yml';
  if (path.isAbsolute(policy) || policy.split(/[\\/]/).includes('..')) {
    throw new Error(
      `KINTSUGI_POLICY is "${policy}": to be packaged it must be a path inside the project, such as kintsugi.yml`,
    );
  }
  return {
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    outputFileExtension: '.mjs',
    minify: true,
    keepNames: true,
    mainFields: ['module', 'main'],
    absWorkingDir: projectDir,
    exclude: [],
    external: [],
    // Otherwise a bundle that fails leaves esbuild running, and the command never ends.
    skipRebuild: true,
    // CommonJS packages (Bolt, for one) call require for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [leaveOutUnusedReceivers, leaveOutForeignMessages, reportSizes],
  };
};
