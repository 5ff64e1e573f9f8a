import type { Role } from "@/lib/scope";

/** Who may do what to a workspace itself. */
const allowed = {
  rename: ["owner", "admin"],
  changePlan: ["owner", "admin", "billing"],
} as const satisfies Record<string, readonly Role[]>;

export type WorkspaceAct = keyof typeof allowed;

export function canInWorkspace(role: Role, act: WorkspaceAct): boolean {
  const roles: readonly Role[] = allowed[act];
  return roles.includes(role);
}
