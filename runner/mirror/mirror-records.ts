import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigurationError } from '../../lib/errors.ts';
import { WorkItemId, WorkKind } from '../../lib/work/work-item.ts';
import { states } from './folder.ts';

const State = z.enum(states);

/** What a file and its item said when they were last equal. */
export const MirrorRecord = z.object({
  id: WorkItemId,
  file: z.object({ state: State, name: z.string(), hash: z.string() }),
  state: State,
  fields: z.object({
    title: z.string(),
    kind: WorkKind,
    priority: z.number(),
    estimateMinutes: z
      .number()
      .optional()
      .transform((value) => value),
    requirements: z.array(z.string()),
    notes: z.string().optional(),
    parent: z.string().optional(),
    failureId: z.string().optional(),
  }),
  /** What the queue says stands beside the file, since both were changed. */
  inConflict: z.boolean().default(false),
  /** Its file was not there in the round before: gone twice is removed. */
  isMissing: z.boolean().default(false),
});
export type MirrorRecord = z.infer<typeof MirrorRecord>;

export type MirrorRecords = Map<WorkItemId, MirrorRecord>;

export function loadRecords(file: string): MirrorRecords {
  if (!existsSync(file)) return new Map();
  try {
    const records = z.array(MirrorRecord).parse(JSON.parse(readFileSync(file, 'utf8')));
    return new Map(records.map((record) => [record.id, record]));
  } catch (cause) {
    throw new ConfigurationError(
      `${file}: cannot be read. Move it away: then what differs between the files and the queue is shown under conflicts/, and nothing is overwritten.`,
      { cause },
    );
  }
}

export async function saveRecords(file: string, records: MirrorRecords): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify([...records.values()]), { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
