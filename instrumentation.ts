import { readEnv } from "@/lib/env";

/** Next calls this before it serves anything: on an incomplete environment it doesn't start. */
export function register(): void {
  const isBuilding = process.env.NEXT_PHASE === "phase-production-build";
  if (process.env.NEXT_RUNTIME === "nodejs" && !isBuilding) readEnv();
}
