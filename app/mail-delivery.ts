import "server-only";
import { isLoopback } from "@/lib/auth/address";
import { appOrigin, type Environment, readEnv } from "@/lib/env";

/**
 * Where mail goes. `outbox`: it waits in the database, because this is somebody's own machine without a mail server.
 * `none`: a deployment without one, where nothing may depend on a mail.
 */
export function mailDelivery(env: Environment = readEnv()): "smtp" | "outbox" | "none" {
  if (env.SMTP_URL !== undefined) return "smtp";
  const host = new URL(appOrigin(env)).hostname.replace(/^\[(.*)\]$/, "$1");
  return host === "localhost" || isLoopback(host) ? "outbox" : "none";
}
