import { RunId } from '../../lib/failure/ids.ts';
import { openJournal } from '../../runner/journal.ts';
import type { JournalEntry } from '../../runner/journal-entry.ts';
import { endLeftOver } from '../../runner/run-program.ts';
import { carryOutOn } from './tool-host.ts';

// Carries a released run out in a process of its own, killed by SIGKILL the moment its DIE_AT-th journal entry is on disk, or
// DIE_AFTER_MS after it began to move items.
const [configFile = '', folder = '', runId] = process.argv.slice(2);
const dieAt = Number(process.env.DIE_AT);
const journal = openJournal(folder);
const run = journal.find(RunId.parse(runId));
if (!run) throw new Error('no such run');
for (const child of run.children()) endLeftOver(child);
let written = 0;
const mortal = {
  ...run,
  write(entry: JournalEntry) {
    run.write(entry);
    if (++written !== dieAt) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal is on its way: nothing more happens here.
    for (;;);
  },
};
const { outcome } = await carryOutOn(configFile, journal, mortal, {
  onStep(name) {
    const { DIE_AFTER_MS } = process.env;
    if (name !== 'Move items back' || DIE_AFTER_MS === undefined) return;
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(DIE_AFTER_MS));
  },
});
process.stdout.write(JSON.stringify(outcome));
