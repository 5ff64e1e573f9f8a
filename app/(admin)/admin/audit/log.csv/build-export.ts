import "server-only";
import { actorName } from "@/app/(admin)/admin/audit/log-row";
import type { Db } from "@/db/client";
import { actSentence } from "@/lib/audit/acts";
import { listOperatorLog, type OperatorLogAct } from "@/lib/audit/operator-log";
import type { OperatorLogQuery } from "@/lib/audit/operator-log-terms";
import { csvLine, csvStart } from "@/lib/csv";

const columns = [
  "Time (UTC)",
  "What",
  "Operator",
  "Operator (id)",
  "Account",
  "Account (id)",
  "Act",
  "Done to",
  "Done to (id)",
  "Address",
  "User agent",
  "Details",
  "Entry",
];

const actsPerChunk = 500;

function lineOf(act: OperatorLogAct): string {
  return csvLine([
    act.at.toISOString(),
    actSentence(act.action, act.details),
    actorName(act.actor),
    act.actor.id ?? "",
    act.account?.name ?? "",
    act.account?.id ?? "",
    act.action,
    act.targetType ?? "",
    act.targetId ?? "",
    act.address ?? "",
    act.userAgent ?? "",
    JSON.stringify(act.details),
    act.id,
  ]);
}

/** The file of one export, newest act first, read as it is taken: only one chunk of it is in memory. */
export function buildOperatorExport(db: Db, query: OperatorLogQuery): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let before: string | null = "";
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(csvStart + csvLine(columns)));
    },
    async pull(controller) {
      if (before === null) return controller.close();
      const page = await listOperatorLog(db, { ...query, before }, actsPerChunk);
      before = page.olderThan;
      const text = page.acts.map(lineOf).join("");
      if (text !== "") controller.enqueue(encoder.encode(text));
      if (before === null) controller.close();
    },
  });
}
