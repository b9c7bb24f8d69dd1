/** What people decide about a run that waits: yes to its plan, no, or never mind. */
export { type ApprovalAnswer, approveRun } from './approve-run.ts';
export { type CancelAnswer, cancelRun } from './cancel-run.ts';
export { type DeclineAnswer, declineRun } from './decline-run.ts';
