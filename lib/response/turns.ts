/** Who may do something that happens once in a while: of several at once one gets the turn. */
export interface TurnStore {
  /** True when nobody took it within `everyMs`, or when it was this very one. */
  take(turn: { name: string; by: string; at: Date; everyMs: number }): Promise<boolean>;
}
