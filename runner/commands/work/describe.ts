import type { Command } from 'commander';

const collect = (value: string, before: string[]): string[] => [...before, value];

/** The commands of the work queue. Each is loaded when it is called. */
export function describeWorkCommands(program: Command, set: (code: number) => void): void {
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--table <name>', 'the table (or KINTSUGI_TABLE)')
      .option('--config <runner.yml>', 'take the table from there');
  const withToken = (name: string, description: string) =>
    command(name, description)
      .argument('[work]', 'the item (or KINTSUGI_WORK)')
      .option('--token <token>', 'the claim that `kintsugi next` gave (or KINTSUGI_LEASE)');

  command('next', 'claim the next work item whose gate is open')
    .option('--component <name>', 'of this component alone')
    .option('--holder <name>', 'who works on it (user@host when left out)')
    .option('--lease <time>', 'how long it is yours: 30m, 2h')
    .option('--json', 'print JSON instead of lines for a shell')
    .action(async (flags) => set(await (await import('./next.ts')).nextCommand(flags)));

  withToken('done', 'the claimed work item is done')
    .option('--result <text>', 'what came out of it')
    .action(async (work, flags) => set(await (await import('./end-claims.ts')).doneCommand(work, flags)));

  withToken('fail', 'the claimed work item failed; files that as a failure')
    .option('--summary <text>', 'one line: what happened (found in the output when left out)')
    .option('--output <->', 'read the output of what failed from stdin')
    .option('--exit-code <number>', 'its exit code')
    .option('--queue <url>', 'the failures queue (or KINTSUGI_FAILURES_QUEUE_URL)')
    .action(async (work, flags) => set(await (await import('./fail.ts')).failCommand(work, flags)));

  withToken('release', 'give the claimed work item back, untouched').action(async (work, flags) =>
    set(await (await import('./end-claims.ts')).releaseCommand(work, flags)),
  );

  withToken('renew', 'keep the claim for another while; answers like `kintsugi gate`')
    .option('--lease <time>', 'how long from now: 30m, 2h')
    .action(async (work, flags) => set(await (await import('./renew.ts')).renewCommand(work, flags)));

  command('queue', 'show the work queue, or move an item in it')
    .option('--component <name>', 'of this component alone')
    .option('--state <state>', 'pending, in-progress, failed, done, split or cancelled')
    .option('--limit <number>', 'at most this many of each state')
    .option('--move <work>', 'give this item another place, with --to')
    .option('--to <place>', 'top, urgent, high, medium, low, or a number (lower comes first)')
    .option('--json', 'print JSON')
    .action(async (flags) => set(await (await import('./queue.ts')).queueCommand(flags)));

  command('add', 'add a work item')
    .requiredOption('--component <name>', 'what it is about')
    .requiredOption('--title <text>', 'one line: what is to be done')
    .option('--notes <text>', 'more about it')
    .option('--requirements <a;b>', 'what it must fulfil; may be said several times', collect, [])
    .option('--estimate <time>', 'how long it takes: 90m, 2h')
    .option('--priority <number>', 'urgent, high, medium, low, or a number (lower comes first)')
    .option('--kind <kind>', 'task, fix, urgent-fix, systemic-fix, technical-debt, subtask or prevention')
    .option('--id <id>', 'its id: adding it twice adds it once')
    .option('--json', 'print JSON')
    .action(async (flags) => set(await (await import('./add.ts')).addCommand(flags)));

  command('decompose', 'split a work item that is too complex')
    .argument('[work]', 'the item (or KINTSUGI_WORK)')
    .option('--requirement <text>', 'one part, in place of the item’s own list; say it for each', collect, [])
    .action(async (work, flags) => set(await (await import('./decompose.ts')).decomposeCommand(work, flags)));

  command('retry', 'put a failed work item back into the queue')
    .argument('[work]', 'the item (or KINTSUGI_WORK)')
    .action(async (work, flags) => set(await (await import('./decompose.ts')).retryCommand(work, flags)));
}
