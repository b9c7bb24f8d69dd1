#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { exitCodeOf } from './commands/options.ts';
import { describeWorkCommands } from './commands/work/describe.ts';

/** The `kintsugi` command. Each subcommand is loaded when it is called, so that a wrapped command starts at once. */
async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const set = (code: number) => {
    exitCode = code;
  };
  const program = new Command('kintsugi')
    .description('Files failures, keeps checkpoints, and recovers work trees when somebody presses the button.')
    .version(packageJson.version, '--version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (said, write) => write(wrongCall(said)) });

  program
    .command('run')
    .description('run a command as it is; when it fails, file that as a failure')
    .usage('--component NAME [options] -- COMMAND [ARGUMENTS…]')
    .requiredOption('--component <name>', 'what it belongs to')
    .option('--severity <1-5>', 'how bad it is when it fails, as you see it')
    .option('--summary <words>', 'what it is about, said before the command when it fails')
    .option('--environment <name>', 'where it runs: production, ci …')
    .option('--queue <url>', 'the failures queue (or KINTSUGI_FAILURES_QUEUE_URL)')
    .option('--config <runner.yml>', 'take queue and table from there')
    .option('--checkpoint', 'when it passes, take a checkpoint of the work tree')
    .option('--item <id>', 'the work item that it is about')
    .option('--stop-on-gate', 'start only when the gate lets it, and end it when the gate says stop')
    .option('--gate-every <seconds>', 'how often the gate is asked while it runs (15)')
    .option('--gate-grace <seconds>', 'how long it may take to end politely (10)')
    .option('--table <name>', 'with --stop-on-gate: the table (or KINTSUGI_TABLE)')
    .argument('<command...>')
    .passThroughOptions()
    .action(async (command: string[], flags) =>
      set(await (await import('./commands/run.ts')).runCommand(command, flags)),
    );

  program
    .command('checkpoint')
    .description('save the work tree as a state that a rollback returns to')
    .option('--component <name>', 'whose state it is (the folder’s name when left out)')
    .option('--name <name>', 'its name (the time when left out)')
    .option('--work-tree <folder>', 'the git work tree (the current one when left out)')
    .option('--config <runner.yml>', 'take work tree and component from there')
    .option('--list', 'list the checkpoints, newest first')
    .action(async (flags) => set(await (await import('./commands/checkpoint.ts')).checkpointCommand(flags)));

  const checkpoints = program
    .command('checkpoints')
    .description('list the checkpoints with their size and what needs them, newest first')
    .enablePositionalOptions()
    .option('--component <name>', 'whose (the folder’s name when left out)')
    .option('--work-tree <folder>', 'the git work tree (the current one when left out)')
    .option('--config <runner.yml>', 'take work tree, component and the runner’s journal from there')
    .action(async (flags) => set(await (await import('./commands/checkpoints.ts')).checkpointsCommand(flags)));
  checkpoints
    .command('preview')
    .description('list every path that a rollback, or the undo of a run, would change now; nothing is touched')
    .option('--component <name>', 'whose (the folder’s name when left out)')
    .option('--work-tree <folder>', 'the git work tree (the current one when left out)')
    .option('--config <runner.yml>', 'take work tree, component and the queues’ folders from there')
    .option('--name <name>', 'back to this checkpoint (the newest when left out)')
    .option('--undo <run>', 'instead: back to the moment before this run')
    .action(async (flags) => set(await (await import('./commands/checkpoints.ts')).previewCommand(flags)));
  checkpoints
    .command('prune')
    .description('drop what is old and needed by nothing')
    .option('--component <name>', 'whose (the folder’s name when left out)')
    .option('--work-tree <folder>', 'the git work tree (the current one when left out)')
    .option('--config <runner.yml>', 'take work tree, component and the runner’s journal from there')
    .option('--keep <count>', 'the newest so many of each kind stay (10)')
    .option('--older-than <days>', 'what is younger stays: 30d, 12h (30d)')
    .option('--dry-run', 'say what would go, and drop nothing')
    .action(async (flags) => set(await (await import('./commands/checkpoints.ts')).pruneCommand(flags)));

  program
    .command('report')
    .description('file a failure that you noticed')
    .requiredOption('--component <name>', 'what failed')
    .requiredOption('--summary <text>', 'one line: what happened')
    .option('--details <text>', 'more about it; - reads it from stdin')
    .option('--severity <1-5>', 'how bad it is, as you see it')
    .option('--environment <name>', 'where it happened: production, ci …')
    .option('--queue <url>', 'the failures queue (or KINTSUGI_FAILURES_QUEUE_URL)')
    .option('--config <runner.yml>', 'take the queue from there')
    .action(async (flags) => set(await (await import('./commands/report.ts')).reportCommand(flags)));

  program
    .command('gate')
    .description('may work go on? exit 0: go, 10: hold, 20: stop')
    .argument('<component>', 'a component, or what components share (account:claude)')
    .option('--item <id>', 'ask for this work item')
    .option('--json', 'print the whole answer as JSON')
    .option('--shut <reason>', 'shut it by hand')
    .option('--until <time>', 'with --shut: 17:30, 2026-11-23T09:00:00Z, 30m …')
    .option('--open', 'open it by hand')
    .option('--table <name>', 'the table (or KINTSUGI_TABLE)')
    .option('--config <runner.yml>', 'take the table from there')
    .action(async (scope, flags) => set(await (await import('./commands/gate.ts')).gateCommand({ scope, ...flags })));

  program
    .command('checklist')
    .description('what to look at before, while and after a component is changed')
    .argument('<component>', 'the component that is to be changed')
    .option('--json', 'print it as JSON')
    .option('--table <name>', 'the table (or KINTSUGI_TABLE)')
    .option('--config <runner.yml>', 'take the table from there')
    .action(async (component, flags) =>
      set(await (await import('./commands/checklist.ts')).checklistCommand({ component, ...flags })),
    );

  program
    .command('runner')
    .description('wait for recoveries and carry them out on this host')
    .requiredOption('--config <runner.yml>', 'what it may do, and where (docs/runner.md)')
    .option('--public-key', 'print its public key (made when there is none) and stop')
    .action(async (flags) => set(await (await import('./commands/runner.ts')).runnerCommand(flags)));

  program
    .command('mirror')
    .description('bring the work queue and the folders of YAML files together, once (a runner does it by itself)')
    .requiredOption('--config <runner.yml>', 'which folders (components.<name>.mirror)')
    .option('--table <name>', 'the table (or KINTSUGI_TABLE)')
    .action(async (flags) => set(await (await import('./commands/mirror.ts')).mirrorCommand(flags)));

  program
    .command('export')
    .description('print a failure’s report as Markdown (for operators: it reads the whole failure)')
    .argument('<failure>', 'its id: F-7K3Q9D')
    .option('--table <name>', 'the table (or KINTSUGI_TABLE)')
    .option('--config <runner.yml>', 'take the table from there')
    .option('--policy <file>', 'kintsugi.yml, for the components’ titles', 'kintsugi.yml')
    .action(async (failure, flags) =>
      set(await (await import('./commands/export.ts')).exportCommand({ failure, ...flags })),
    );

  describeWorkCommands(program, set);

  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said it already: help and version are fine, anything else is a wrong call.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return exitCodeOf(error, (line) => console.error(line));
  }
}

/** One line, like every other of this command. */
function wrongCall(said: string): string {
  const line = said
    .trim()
    .replace(/^error: /, '')
    .replace(/\.?\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  return `kintsugi: ${line}. Add --help to see what there is.\n`;
}

process.exit(await main(process.argv.slice(2)));
