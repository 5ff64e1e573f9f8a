import { readEnv } from "@/lib/env";

/** Next calls this before it serves anything: on an incomplete environment it doesn't start. */
export async function register(): Promise<void> {
  const isBuilding = process.env.NEXT_PHASE === "phase-production-build";
  if (process.env.NEXT_RUNTIME !== "nodejs" || isBuilding) return;
  readEnv();
  // Only here: there is no such process elsewhere.
  const { surviveLostTransactions } = await import("@/db/driver-faults");
  surviveLostTransactions();
  const { nameProcess } = await import("@/lib/log");
  nameProcess("web");
  const { followBrand } = await import("@/lib/branding/follow");
  await followBrand(readEnv().DATABASE_URL);
}
