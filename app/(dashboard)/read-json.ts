import { z } from "zod";

const Failure = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string().optional(),
    fields: z.record(z.string(), z.string()).optional(),
  }),
});

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
export async function readJson<Schema extends z.ZodType>(
  schema: Schema,
  address: string,
  signal: AbortSignal,
): Promise<z.output<Schema>> {
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
  const failure = Failure.safeParse(body);
  if (failure.success) {
    const { message, code, requestId, fields } = failure.data.error;
    throw new ReadError(message, code, requestId, fields);
  }
  const requestId = response.headers.get("x-request-id") ?? undefined;
  throw new ReadError("The answer made no sense. Reload the page.", "INTERNAL", requestId);
}
