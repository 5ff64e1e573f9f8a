import "server-only";
import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import { untilChangesAreKnown } from "@/db/changes";
import { type Db, getDb } from "@/db/client";
import { visitorOf } from "@/lib/auth/auth";
import { summarizeError } from "@/lib/auth/error-summary";
import { isOwnOrigin, ownOrigins, provenanceOf } from "@/lib/auth/origin";
import { requestIdHeader } from "@/lib/auth/request-headers";
import { requireActingScope, requireSignedIn } from "@/lib/auth/session";
import type { Visitor } from "@/lib/auth/sign-in";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import type { ActionResult, FieldErrors } from "@/lib/result";
import type { Scope, SignedIn } from "@/lib/scope";

/** What the verb of a public action gets; it serves as the origin of an audit entry as well. */
export interface PublicActionContext extends Visitor {
  db: Db;
  requestId: string;
}

/** What the verb of an action gets that somebody does as themselves, in whatever workspace or in none. */
export interface PersonalActionContext extends PublicActionContext {
  signedIn: SignedIn;
}

/** What the verb of an action gets. */
export interface ActionContext extends PublicActionContext {
  scope: Scope;
}

export type Action<T> = (input: unknown) => Promise<ActionResult<T>>;

/**
 * Makes a server action for somebody who is signed in: session, then origin, then schema, then `verb`. What the
 * verb throws as an AppError reaches the user in its words; anything else is logged under the request's id and
 * answered with a fixed sentence. The returned function never throws but for the framework's own redirects.
 */
export function createAction<Schema extends z.ZodType, T>(
  schema: Schema,
  verb: (context: ActionContext, input: z.output<Schema>) => Promise<T>,
): Action<T> {
  return (input) =>
    answer(async (context) => {
      const scope = await requireActingScope();
      requireOwnOrigin(await headers());
      const data = await verb({ ...context, scope }, parseInput(schema, input));
      // Whoever is told that a key is revoked may rely on it (BAR P1).
      await untilChangesAreKnown(context.db);
      return data;
    });
}

/** The same for what somebody does as themselves, such as joining a workspace: they need not be in one. */
export function createPersonalAction<Schema extends z.ZodType, T>(
  schema: Schema,
  verb: (context: PersonalActionContext, input: z.output<Schema>) => Promise<T>,
): Action<T> {
  return (input) =>
    answer(async (context) => {
      const signedIn = await requireSignedIn();
      requireOwnOrigin(await headers());
      return await verb({ ...context, signedIn }, parseInput(schema, input));
    });
}

/** The same for visitors, such as signing in: origin, then schema, then `verb`. */
export function createPublicAction<Schema extends z.ZodType, T>(
  schema: Schema,
  verb: (context: PublicActionContext, input: z.output<Schema>) => Promise<T>,
): Action<T> {
  return (input) =>
    answer(async (context) => {
      requireOwnOrigin(await headers());
      return await verb(context, parseInput(schema, input));
    });
}

/** Each export of a "use server" file is a public endpoint, so the origin is asked for here as well. */
export function requireOwnOrigin(requestHeaders: Pick<Headers, "get">): void {
  if (isOwnOrigin(provenanceOf(requestHeaders), ownOrigins())) return;
  throw new AppError(
    "FORBIDDEN",
    "This request didn't come from one of our pages. Reload and try again.",
  );
}

export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields: FieldErrors = {};
  for (const issue of parsed.error.issues) {
    const field = issue.path[0];
    if (field !== undefined) fields[String(field)] ??= issue.message;
  }
  throw new AppError("VALIDATION_ERROR", undefined, { fields });
}

/** Runs an action: what it throws becomes its answer. */
export async function answer<T>(
  run: (context: PublicActionContext) => Promise<T>,
): Promise<ActionResult<T>> {
  const requestHeaders = await headers();
  const requestId = requestHeaders.get(requestIdHeader) ?? newId("request");
  try {
    const data = await run({ ...visitorOf(requestHeaders), db: getDb(), requestId });
    return { ok: true, data };
  } catch (error) {
    unstable_rethrow(error);
    if (error instanceof AppError) {
      const { code, message, fields, retryAfterSeconds } = error;
      const details = {
        ...(fields ? { fields } : {}),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
      return { ok: false, error: { code, message, ...details } };
    }
    log.error({ requestId, error: summarizeError(error) }, "action failed");
    const { code, message } = new AppError("INTERNAL");
    return { ok: false, error: { code, message, requestId } };
  }
}
