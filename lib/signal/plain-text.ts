const escapeCharacter = String.fromCharCode(27);
/** Colours, cursor movements (CSI), and titles or links (OSC) of terminals. */
const terminalSequences = new RegExp(
  `${escapeCharacter}(?:\\[[0-9;:?]*[ -/]*[@-~]|\\][^${String.fromCharCode(7)}${escapeCharacter}]{0,2000}(?:${String.fromCharCode(7)}|${escapeCharacter}\\\\))`,
  'g',
);
/** Control characters other than newline and tab, the line separators that break JSON logs, and marks that turn the direction of text. */
const controls = /[^\P{Cc}\n\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** What a person would read: well-formed, without terminal sequences and control characters; lines and tabs stay. */
export function plainText(text: string): string {
  return text.toWellFormed().replace(terminalSequences, '').replace(controls, '');
}
