import { fields, text } from "@/lib/shape";

const Failure = fields({ error: fields({ code: text, message: text }) });

/** What checks an answer: a `Shape`, or a schema of zod where the page has that anyway. */
export interface Checks<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** A read that was refused or failed; its message is written for the user. */
export class ReadError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly requestId?: string | undefined,
    readonly fields?: Record<string, string> | undefined,
  ) {
    super(message);
    this.name = "ReadError";
  }
}

/** The session is over: asking again is in vain until somebody has signed in. */
export function isSessionEnded(error: unknown): boolean {
  return error instanceof ReadError && error.code === "UNAUTHENTICATED";
}

/** Reads one of our own JSON addresses and checks what came. Throws a ReadError. */
export async function readJson<T>(
  schema: Checks<T>,
  address: string,
  signal: AbortSignal,
): Promise<T> {
  const response = await fetch(address, { signal, headers: { accept: "application/json" } }).catch(
    (error: unknown) => {
      if (signal.aborted) throw error;
      throw new ReadError("You seem to be offline. Check your connection.", "OFFLINE");
    },
  );
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
  }
  throw (
    readFailure(body) ??
    new ReadError(
      "The answer made no sense. Reload the page.",
      "INTERNAL",
      response.headers.get("x-request-id") ?? undefined,
    )
  );
}

/** What a refused call's body says, or null where it says nothing that we wrote. */
export function readFailure(body: unknown): ReadError | null {
  const failure = Failure.safeParse(body);
  if (!failure.success) return null;
  const { error } = failure.data;
  const { message, code } = error;
  const requestId = "requestId" in error && text.is(error.requestId) ? error.requestId : undefined;
  const named = "fields" in error ? error.fields : undefined;
  return new ReadError(message, code, requestId, isTexts(named) ? named : undefined);
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === "object" && value !== null && Object.values(value).every(text.is);
}
