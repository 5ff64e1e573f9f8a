import type { Db } from "@/db/client";
import { type AuditEntry, type RequestOrigin, recordAudit } from "@/lib/audit/record";

/** What an operator writes down of an act; `workspaceId` is the customer's whom it concerns, if any. */
export type OperatorAct = Omit<AuditEntry, "userId" | "operatorId" | "actorKeyId" | "origin">;

/** Writes an act down in one operator's name. */
export type RecordAct = (act: OperatorAct) => Promise<void>;

/** The way to write down what an operator does in the transaction `tx`. */
export function recorderOf(tx: Db, operatorId: string, origin: RequestOrigin): RecordAct {
  const { address, userAgent } = origin;
  return (act) =>
    recordAudit(tx, { ...act, userId: null, operatorId, origin: { address, userAgent } });
}
