import type { Role } from "@/lib/scope";

const managers: readonly Role[] = ["owner", "admin", "developer"];

/** Whether a member may add, change and test endpoints; everybody else only looks. */
export function canManageWebhooks(role: Role): boolean {
  return managers.includes(role);
}
