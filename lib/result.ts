import type { AppErrorCode } from "@/lib/errors";

/** Messages for single form fields, by field name. */
export type FieldErrors = Record<string, string>;

export interface ActionError {
  code: AppErrorCode;
  /** One sentence for the user that says what to do next. */
  message: string;
  fields?: FieldErrors;
  /** Quoted to support when the failure is ours. */
  requestId?: string;
  /** Whole seconds until a retry can succeed, where the failure is a throttle. */
  retryAfterSeconds?: number;
}

/** What every server action answers; it never throws to the browser. */
export type ActionResult<T> = { ok: true; data: T } | { ok: false; error: ActionError };
