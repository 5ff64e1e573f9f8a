import { AppError } from "@/lib/errors";
import { type Role, roles } from "@/lib/scope";

interface Permission {
  roles: readonly Role[];
  /** Completes “Only owners and admins can …”. */
  does: string;
}

const everyone = roles;
const managers = ["owner", "admin"] as const;
const builders = ["owner", "admin", "developer"] as const;
const payers = ["owner", "admin", "billing"] as const;

/**
 * Who may do what in a workspace: the one table that actions, pages and the dashboard's own API read. A program
 * that comes with a key acts by the key's scopes and not by this.
 */
const table = {
  "overview.read": { roles: everyone, does: "see the overview" },
  "keys.read": { roles: everyone, does: "see API keys" },
  "usage.read": { roles: everyone, does: "see the usage" },
  "logs.read": { roles: everyone, does: "see the request log" },
  "billing.read": { roles: everyone, does: "see the billing" },
  "webhooks.read": { roles: everyone, does: "see webhooks" },
  "members.read": { roles: everyone, does: "see the members" },
  /** What one did oneself. */
  "audit.read": { roles: everyone, does: "see the audit log" },
  "audit.read_all": { roles: managers, does: "see what others did" },
  "keys.manage": { roles: builders, does: "change API keys" },
  /** Keys that may manage other keys. */
  "keys.manage_admin": { roles: managers, does: "change keys with the scope admin" },
  "playground.use": { roles: builders, does: "send requests from the playground" },
  "webhooks.manage": { roles: builders, does: "change webhooks" },
  /** Top-ups, the saved card, automatic top-ups, the balance's alert, codes. */
  "billing.manage": { roles: payers, does: "change the billing and pay" },
  "plan.change": { roles: payers, does: "change the plan" },
  "members.manage": { roles: managers, does: "change who is in the workspace" },
  /** To make somebody an owner, or one who isn't any more. */
  "owners.manage": { roles: ["owner"], does: "change who owns the workspace" },
  "workspace.rename": { roles: managers, does: "rename the workspace" },
  "workspace.delete": { roles: ["owner"], does: "delete the workspace" },
} as const satisfies Record<string, Permission>;

export type PermissionName = keyof typeof table;

export const permissionNames = Object.keys(table) as readonly PermissionName[];

/** The roles that hold a permission, in the order of their power. */
export function rolesWith(permission: PermissionName): readonly Role[] {
  return table[permission].roles;
}

/** Whether a role holds a permission. */
export function may(role: Role, permission: PermissionName): boolean {
  return rolesWith(permission).includes(role);
}

const plurals: Record<Role, string> = {
  owner: "owners",
  admin: "admins",
  developer: "developers",
  billing: "billing members",
  viewer: "viewers",
};

/** `owners, admins and developers` */
export function whoMay(permission: PermissionName): string {
  const names = rolesWith(permission).map((role) => plurals[role]);
  const last = names.pop() ?? "";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

/** `Only owners and admins can rename the workspace.` */
export function whyNot(permission: PermissionName): string {
  return `Only ${whoMay(permission)} can ${table[permission].does}.`;
}

/** Throws FORBIDDEN, and says who may, unless the caller's role holds the permission. */
export function requirePermission(caller: { role: Role }, permission: PermissionName): void {
  if (!may(caller.role, permission)) throw new AppError("FORBIDDEN", whyNot(permission));
}
