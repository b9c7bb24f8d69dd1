/** Slack's limits, in characters (code points) unless said; the numbers are those of its reference pages. */
export const limits = {
  messageBlocks: 50,
  /** Undocumented ceiling near 12,000 over all blocks of a message; this stays clear of it. */
  messageText: 10_000,
  /** `text` beside blocks; chat.update refuses more than 4,000. */
  fallbackText: 500,
  header: 150,
  sectionText: 3000,
  contextElements: 10,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  blockId: 255,
  actionId: 255,
  modalTitle: 24,
  inputLabel: 2000,
  inputHint: 2000,
  plainTextInput: 3000,
  /** Ours: a line that a card can show. */
  reportSummary: 300,
  /** As a signal has it. */
  impact: 500,
  privateMetadata: 3000,
  optionText: 75,
  optionValue: 150,
  optionDescription: 75,
  selectOptions: 100,
  viewBlocks: 100,
} as const;
