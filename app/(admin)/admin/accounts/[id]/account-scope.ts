import type { Operator } from "@/lib/auth/session";
import type { Scope } from "@/lib/scope";

/** The scope in which an operator's page reads one account: with the role of whom nothing is allowed. */
export function accountScope({ userId, sessionId }: Operator, workspaceId: string): Scope {
  return { workspaceId, userId, sessionId, role: "viewer" };
}
