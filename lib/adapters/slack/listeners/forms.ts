import { askForShutdown } from './ask-for-shutdown.ts';
import { decomposeByHand } from './decompose-by-hand.ts';
import { editReportForm } from './edit-report-by-hand.ts';
import { fileReportForm } from './file-report.ts';
import type { Form } from './form.ts';
import { mergeByHand } from './merge-by-hand.ts';
import { muteByHand } from './mute-by-hand.ts';
import { regradeByHand } from './regrade-by-hand.ts';
import { resolveByHand } from './resolve-by-hand.ts';
import { setPriority } from './set-priority.ts';
import { shutByHand } from './shut-by-hand.ts';
import { splitByHand } from './split-by-hand.ts';
import { standingWorkaround, workaroundByHand } from './workaround-by-hand.ts';

/** Every form that people can send off. */
export const forms: Form[] = [
  fileReportForm,
  regradeByHand,
  resolveByHand,
  editReportForm,
  workaroundByHand,
  standingWorkaround,
  decomposeByHand,
  askForShutdown,
  shutByHand,
  muteByHand,
  setPriority,
  mergeByHand,
  splitByHand,
];
