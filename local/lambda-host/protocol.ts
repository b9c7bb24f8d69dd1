/** What the Lambda host and a function's process say to each other. */
export interface Invocation {
  requestId: string;
  /** The event as JSON text, as it would come over the wire. */
  event: string;
  /** Epoch ms at which the process is killed. */
  deadline: number;
}

export interface HandlerError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type FromChild =
  | { kind: 'ready' }
  | { kind: 'init-failed'; error: HandlerError }
  | { kind: 'returned'; requestId: string; payload: string }
  | { kind: 'threw'; requestId: string; error: HandlerError };

/** What became of one invocation. `payload` is JSON text. */
export type Outcome =
  | { kind: 'returned'; requestId: string; payload: string }
  | { kind: 'failed'; requestId: string; error: HandlerError };
