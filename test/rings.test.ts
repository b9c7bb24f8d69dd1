import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const files = globSync('{functions,lib,runner,local}/**/*.{ts,tsx}', { cwd: root }).filter(
  (file) => !file.endsWith('.d.ts'),
);

/** Every module a file imports, statically or on demand; relative ones as paths from the root. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const specifiers = [
    ...text.matchAll(
      /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm,
    ),
  ];
  return specifiers
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
    .map((specifier) => (specifier.startsWith('.') ? relative(root, join(root, dirname(file), specifier)) : specifier));
}

const isComposition = (file: string) => file === 'lib/app.ts' || file === 'lib/config.ts';
const isDomain = (file: string) => file.startsWith('lib/') && !file.startsWith('lib/adapters/') && !isComposition(file);
const offenders = (from: (file: string) => boolean, forbidden: (imported: string) => boolean) =>
  files.filter(from).flatMap((file) =>
    importsOf(file)
      .filter(forbidden)
      .map((imported) => `${file} → ${imported}`),
  );

describe('the three rings', () => {
  it('finds the imports it is about to judge', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(importsOf('functions/ingest.ts')).toContain('lib/app.ts');
    const broken = files.flatMap((file) =>
      importsOf(file).filter((to) => /\.tsx?$/.test(to) && !existsSync(join(root, to))),
    );
    expect(broken).toEqual([]);
  });

  it('keeps AWS, Slack, Qdrant and Node out of the domain', () => {
    const world = /^(node:|@aws-sdk\/|@slack\/|@qdrant\/|aws-lambda|@secretlint\/)/;
    expect(offenders(isDomain, (to) => world.test(to))).toEqual([]);
  });

  it('lets no domain file import an adapter, a handler or the composition root', () => {
    expect(
      offenders(isDomain, (to) => /^(lib\/(adapters\/|app\.ts|config\.ts)|functions\/|runner\/)/.test(to)),
    ).toEqual([]);
  });

  it('lets no adapter import a handler or the composition root', () => {
    expect(
      offenders(
        (file) => file.startsWith('lib/adapters/'),
        (to) => /^(functions|runner)\/|^lib\/app\.ts/.test(to),
      ),
    ).toEqual([]);
  });

  it('ships nothing that imports the local stack, the tests or the benchmarks', () => {
    expect(
      offenders(
        (file) => !file.startsWith('local/'),
        (to) => /^(local|test|bench)\//.test(to),
      ),
    ).toEqual([]);
  });

  it('reads no clock and no randomness in the domain', () => {
    const reads = files
      .filter(isDomain)
      .filter((file) =>
        /\bDate\.now\(|new Date\(\)|Math\.random\(|randomUUID|process\.env/.test(
          readFileSync(join(root, file), 'utf8'),
        ),
      );
    expect(reads).toEqual([]);
  });
});
