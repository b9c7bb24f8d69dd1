/** The three rings (docs/architecture.md): imports point inward. */
const world = '^(node:|@aws-sdk/|@slack/|@qdrant/|aws-lambda)|node_modules/(@aws-sdk|@slack|@qdrant)/';
module.exports = {
  forbidden: [
    {
      name: 'domain-knows-no-world',
      comment: 'A domain file decides; it imports no AWS, Slack, Qdrant or Node I/O, and no adapter.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(adapters/|app\\.ts|config\\.ts)' },
      to: { path: `${world}|^lib/(adapters/|app\\.ts|config\\.ts)|^(functions|runner|local|test|bench)/` },
    },
    {
      name: 'product-does-not-need-local',
      comment: 'Nothing that ships imports the embedded stack, the tests or the benchmarks.',
      severity: 'error',
      from: { path: '^(functions|lib|runner)/' },
      to: { path: '^(local|test|bench)/' },
    },
    {
      name: 'adapters-point-inward',
      comment: 'Adapters know the domain, never a handler or the composition root.',
      severity: 'error',
      from: { path: '^lib/adapters/' },
      to: { path: '^(functions|runner)/|^lib/app\\.ts' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
  },
};
