import "server-only";
import type { Db } from "@/db/client";
import { actSentence } from "@/lib/audit/acts";
import type { AuditAct } from "@/lib/audit/acts-page";
import { listAuditLog } from "@/lib/audit/log";
import type { AuditLogQuery } from "@/lib/audit/log-terms";
import { csvLine, csvStart } from "@/lib/csv";
import type { Scope } from "@/lib/scope";

const columns = [
  "Time (UTC)",
  "What",
  "Who",
  "Who (id)",
  "By",
  "Act",
  "Done to",
  "Done to (id)",
  "Address",
  "User agent",
  "Details",
  "Entry",
];

const actsPerChunk = 500;

const actorKinds = { user: "person", api_key: "API key", system: "system", operator: "support" };
const unnamed: Partial<Record<AuditAct["actor"]["type"], string>> = {
  system: "The system",
  operator: "Support",
};

function lineOf(act: AuditAct): string {
  const { actor, details } = act;
  return csvLine([
    act.at.toISOString(),
    actSentence(act.action, details),
    actor.name ?? unnamed[actor.type] ?? "",
    actor.id ?? "",
    actorKinds[actor.type],
    act.action,
    act.targetType ?? "",
    act.targetId ?? "",
    act.address ?? "",
    act.userAgent ?? "",
    JSON.stringify(details),
    act.id,
  ]);
}

/**
 * The file of one export, newest act first, read as it is taken: however long the log, only one chunk of it is in
 * memory. What happens while it is read comes before its beginning, and isn't in it.
 */
export function buildAuditExport(
  db: Db,
  scope: Scope,
  query: AuditLogQuery,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let before: string | null = "";
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(csvStart + csvLine(columns)));
    },
    async pull(controller) {
      if (before === null) return controller.close();
      const page = await listAuditLog(db, scope, { ...query, before }, actsPerChunk);
      before = page.olderThan;
      const text = page.acts.map(lineOf).join("");
      if (text !== "") controller.enqueue(encoder.encode(text));
      if (before === null) controller.close();
    },
  });
}
