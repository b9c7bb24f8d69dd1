import type { Cause } from './cause.ts';

/** The known patterns, by name, and how the next one is prevented, in one line. */
export const causeTexts: Record<Exclude<Cause, 'other'>, { name: string; prevention: string }> = {
  quota: {
    name: 'A quota or rate limit was reached',
    prevention: 'Start nothing on this account until it resets; then spread the work, or raise the limit.',
  },
  'turn-limit': {
    name: 'An agent used up its turns',
    prevention: 'Split the task before it is tried again: the same task runs into the same end.',
  },
  'time-limit': {
    name: 'It ran into its time limit',
    prevention: 'Split the work or make it faster; a longer limit only when it was nearly done.',
  },
  'limit-mismatch': {
    name: 'It was ended long before its own time limit',
    prevention: 'A second, shorter limit is set somewhere: find it, and set both to the same.',
  },
  upstream: {
    name: 'Something that it calls was away',
    prevention: 'Look at that first. Retry with pauses, and fail over where there is a second one.',
  },
  killed: {
    name: 'It was killed without a word',
    prevention: 'Look at memory and at who ends processes; give it a limit that says so.',
  },
};
