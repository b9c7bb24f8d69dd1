import type { Failure } from '../../failure/failure.ts';
import type { FailureId } from '../../failure/ids.ts';
import type { MergeOutcome } from '../../failure/merge-failures.ts';
import type { Level } from '../../signal/signal.ts';
import { levelIcon, levelName } from './level-words.ts';
import { noFailureText, unchangedText } from './refusal-texts.ts';

/** What came of a merge or a split, for the one who asked. */

export function mergedNews(outcome: MergeOutcome): string {
  switch (outcome.kind) {
    case 'merged': {
      const { younger, older, isReopened } = outcome;
      const again = isReopened ? ` ${older.id} was resolved, and is open again: this one was not.` : '';
      return `🔗 *${younger.id}* is part of *${older.id}* now, which is older.${again} Both are told in their threads. *Split* takes it out again.`;
    }
    case 'unchanged':
      return unchangedText(outcome);
    default:
      return refusalOf(outcome);
  }
}

function refusalOf(outcome: Extract<MergeOutcome, { kind: 'refused' }>): string {
  switch (outcome.because) {
    case 'not-found':
      return noFailureText(outcome.failureId);
    case 'same':
      return `That is one failure already: ${outcome.failure.id}.`;
    case 'other-component': {
      const { older, younger } = outcome;
      return `${older.id} is of ${older.component} and ${younger.id} of ${younger.component}: only failures of one component can be one. Where one brings about the other, \`dependsOn\` in kintsugi.yml says so.`;
    }
    default:
      return outcome satisfies never;
  }
}

/** What is a failure of its own again, and the level that the other one has only from it. */
export interface SplitOff {
  failure: Failure;
  kept?: { older: FailureId; from: Level; to: Level };
}

export function splitNews(parts: readonly SplitOff[]): string {
  return parts
    .flatMap(({ failure: { id, status }, kept }) => [
      `✂️ *${id}* is a failure of its own again, ${status} as it was. Both threads say so.`,
      ...(kept
        ? [
            `*${kept.older}* stays at ${levelIcon[kept.to]} ${kept.to} ${levelName(kept.to)}, which it had from there; it was ${kept.from} before. If that is enough again: *More…* on its card, then *Re-grade…*.`,
          ]
        : []),
    ])
    .join('\n');
}
