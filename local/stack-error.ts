/** Why the local stack cannot start: one line that says what is wrong and what to do. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
