import "server-only";
import { sql } from "drizzle-orm";
import { headers } from "next/headers";
import { z } from "zod";
import { untilChangesAreKnown } from "@/db/changes";
import type { Db } from "@/db/client";
import { type RecordAct, recorderOf } from "@/lib/audit/operator-record";
import {
  type Action,
  answer,
  type PublicActionContext,
  parseInput,
  requireOwnOrigin,
} from "@/lib/auth/action";
import { requireRecentSignIn } from "@/lib/auth/recent";
import { type Operator, requireOperator } from "@/lib/auth/session";

/** What the verb of an operator's action gets; it serves as the origin of an audit entry as well. */
export interface OperatorActionContext extends PublicActionContext {
  /** The transaction that the act and its row in the audit log share. */
  db: Db;
  operator: Operator;
  /** Writes the act down in the operator's name. */
  record: RecordAct;
  /** Says that there was nothing to do: then there is nothing to write down. */
  changedNothing: () => void;
}

export interface OperatorActionOptions {
  /** For what moves money, lets somebody in or stops an account. */
  isSensitive: boolean;
}

const Recorded = z.object({ recorded: z.boolean() });

/**
 * Makes a server action for operators, as `createAction` does for customers: operator, then origin, then schema,
 * then, for sensitive acts, a recent sign-in, then `verb`. It runs in one transaction, which is taken back unless
 * the act is in the audit log in the operator's name, so that none can forget it. Visitors get UNAUTHENTICATED;
 * everybody else NOT_FOUND.
 */
export function createOperatorAction<Schema extends z.ZodType, T>(
  schema: Schema,
  { isSensitive }: OperatorActionOptions,
  verb: (context: OperatorActionContext, input: z.output<Schema>) => Promise<T>,
): Action<T> {
  return createOperatorActionAfter(schema, { isSensitive }, async () => undefined, verb);
}

/**
 * The same for an act that begins with what takes its time, such as asking another server. That is done when all
 * else is checked, before the transaction begins, which would hold a connection of the database meanwhile.
 */
export function createOperatorActionAfter<Schema extends z.ZodType, Found, T>(
  schema: Schema,
  { isSensitive }: OperatorActionOptions,
  find: (db: Db, input: z.output<Schema>) => Promise<Found>,
  verb: (context: OperatorActionContext, input: z.output<Schema>, found: Found) => Promise<T>,
): Action<T> {
  return (input) =>
    answer(async (context) => {
      const operator = await requireOperator();
      requireOwnOrigin(await headers());
      const parsed = parseInput(schema, input);
      if (isSensitive) await requireRecentSignIn(context.db, operator);
      const found = await find(context.db, parsed);
      const data = await context.db.transaction((tx) =>
        runRecorded({ ...context, db: tx, operator }, (own) => verb(own, parsed, found)),
      );
      // Whoever is told that an account is suspended may rely on it (BAR P1).
      await untilChangesAreKnown(context.db);
      return data;
    });
}

async function runRecorded<T>(
  context: Omit<OperatorActionContext, "record" | "changedNothing">,
  run: (context: OperatorActionContext) => Promise<T>,
): Promise<T> {
  const { db, operator } = context;
  let hasChanged = true;
  const data = await run({
    ...context,
    record: recorderOf(db, operator.userId, context),
    changedNothing: () => {
      hasChanged = false;
    },
  });
  if (hasChanged) await requireRecorded(db, operator);
  return data;
}

/** Rows of this transaction carry its own time. */
async function requireRecorded(tx: Db, { userId }: Operator): Promise<void> {
  const [row] = await tx.execute(sql`
    select exists (
      select from audit_log
      where actor_type = 'operator' and actor_id = ${userId} and at = now()
    ) as recorded`);
  if (!Recorded.parse(row).recorded) throw new Error("an operator's act left no audit row");
}
