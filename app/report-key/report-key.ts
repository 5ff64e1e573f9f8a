import "server-only";
import { exposeAndTell } from "@/app/api/secret-scanning/expose-and-tell";
import type { Db } from "@/db/client";
import { addressBlock, type ClientAddress } from "@/lib/auth/address";
import { takeAttempt, tooManyAttempts } from "@/lib/auth/throttle";
import { findingsOfForm, type ReportKey } from "@/lib/keys/exposure-report";
import { hourMs } from "@/lib/time";

/** For an address that is one visitor's, and for one that may stand for many. */
const reportsMax = { own: 10, shared: 200 };

/**
 * Takes a report from the public form: keys of ours are revoked and their owners told. Answers nothing,
 * because whether a key exists is nobody's business. Throws RATE_LIMITED after ten an hour and address.
 */
export async function reportKey(db: Db, report: ReportKey, from: ClientAddress): Promise<void> {
  const address = from.address === null ? "unknown" : addressBlock(from.address);
  const wait = await takeAttempt(db, `report-key:address:${address}`, {
    kind: "window",
    failuresMax: from.shared ? reportsMax.shared : reportsMax.own,
    windowMs: hourMs,
  });
  if (wait > 0) throw tooManyAttempts(wait);
  await exposeAndTell(db, findingsOfForm(report), report.email);
}
