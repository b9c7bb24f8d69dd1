import { jsonLog } from '../../lib/adapters/log.ts';
import { openJournal, type RunJournal } from '../../runner/journal.ts';
import { readRunnerConfig } from '../../runner/read-config.ts';
import { runRunner } from '../../runner/runner.ts';

// The runner, killed by SIGKILL the moment its DIE_AT-th journal entry is on disk (notes of what was sent not counted).
const dieAt = Number(process.env.DIE_AT);
const config = readRunnerConfig(process.argv[4] ?? '');
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
let written = 0;

function mortal(run: RunJournal): RunJournal {
  return {
    ...run,
    write(entry) {
      run.write(entry);
      if (entry.kind !== 'sent' && ++written === dieAt) {
        process.stderr.write(`died after: ${entry.kind}\n`);
        process.kill(process.pid, 'SIGKILL');
        // The signal is on its way: nothing more happens here.
        for (;;);
      }
    },
  };
}

await runRunner(config, {
  log: jsonLog('dying runner'),
  release: 'test',
  stop: stop.signal,
  spool: process.env.KINTSUGI_SPOOL ?? '',
  openJournal(folder) {
    const journal = openJournal(folder);
    return {
      ...journal,
      begin: (runId) => mortal(journal.begin(runId)),
      find(runId) {
        const run = journal.find(runId);
        return run && mortal(run);
      },
      all: () => journal.all().map(mortal),
    };
  },
});
process.exit(0);
