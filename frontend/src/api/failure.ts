import { WRONG } from "../texts/failures.ts";

/** How a call can fail, as far as a person would act differently. */
export type FailureKind =
  /** No answer: no network, or the server is gone. Nothing is known about whether the change was made. */
  | "unreachable"
  /** Not logged in any more, or as somebody else by now. */
  | "session-ended"
  /** The server understood and said no; `message` says why. */
  | "refused"
  /** The server failed, or has too much to do. */
  | "server";

export class Failure extends Error {
  readonly kind: FailureKind;
  /** The server's own name for the reason, where it gave one. */
  readonly code: string | null;

  constructor(kind: FailureKind, message: string, code: string | null = null) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

export function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure("server", WRONG);
}
