import "server-only";
import type { Db } from "@/db/client";
import { type ThrottlePolicy, takeAttempt } from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { hourMs, minuteMs, secondMs } from "@/lib/time";

const exportPolicy: ThrottlePolicy = { kind: "window", failuresMax: 5, windowMs: hourMs };

/** Counts an export of this person in this workspace, or throws RATE_LIMITED: five an hour, of any kind. */
export async function takeExport(db: Db, { workspaceId, userId }: Scope): Promise<void> {
  const waitMs = await takeAttempt(db, `export:${workspaceId}:${userId}`, exportPolicy);
  if (waitMs === 0) return;
  const minutes = Math.ceil(waitMs / minuteMs);
  throw new AppError(
    "RATE_LIMITED",
    `Five exports an hour are possible. Try again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`,
    { retryAfterSeconds: Math.ceil(waitMs / secondMs) },
  );
}
