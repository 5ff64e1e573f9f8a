import type { FieldErrors } from "@/lib/result";

/**
 * Every failure that the dashboard's verbs may answer on purpose, with its HTTP status and the
 * sentence shown when the thrower has nothing more exact to say. The API door has its own registry
 * in `lib/gateway/errors.ts`, because its bodies are a contract with other people's clients.
 */
const failures = {
  VALIDATION_ERROR: { status: 400, message: "Check the marked fields and try again." },
  UNAUTHENTICATED: { status: 401, message: "Your session has ended. Sign in again." },
  /** What was mailed, or a code, that is wrong, spent, or too old; the answer is the same for all three. */
  INVALID_TOKEN: { status: 400, message: "This link is no longer valid. Ask for a new one." },
  /** The session is good, but this act wants its user to have shown lately who they are. */
  RECENT_SIGN_IN_REQUIRED: { status: 403, message: "Confirm that it’s you, then try again." },
  FORBIDDEN: { status: 403, message: "You don't have permission to do this." },
  ACCOUNT_SUSPENDED: {
    status: 403,
    message: "This account is suspended. Contact support to restore it.",
  },
  NOT_FOUND: { status: 404, message: "This doesn't exist, or it isn't yours." },
  CONFLICT: { status: 409, message: "This was changed meanwhile. Reload and try again." },
  LIMIT_REACHED: { status: 409, message: "The limit for this is reached." },
  RATE_LIMITED: { status: 429, message: "Too many attempts. Wait a moment and try again." },
  INTERNAL: { status: 500, message: "Something went wrong on our side. Try again in a moment." },
  UNAVAILABLE: { status: 503, message: "The service is briefly unavailable. Try again shortly." },
} as const;

export type AppErrorCode = keyof typeof failures;

export interface AppErrorOptions {
  fields?: FieldErrors;
  /** Whole seconds until a retry can succeed, where the failure is a throttle. */
  retryAfterSeconds?: number;
}

/** An expected failure: its message is written for the user and safe to show. */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly status: number;
  readonly fields: FieldErrors | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: AppErrorCode, message?: string, options: AppErrorOptions = {}) {
    super(message ?? failures[code].message);
    this.name = "AppError";
    this.code = code;
    this.status = failures[code].status;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
