import type { KeyScope } from "@/lib/keys/terms";
import type { Role } from "@/lib/scope";

/** What each role may hand out; a role without an entry here may only look. */
const grantable: Partial<Record<Role, readonly KeyScope[]>> = {
  owner: ["read", "write", "admin", "webhook"],
  admin: ["read", "write", "admin", "webhook"],
  developer: ["read", "write", "webhook"],
};

/** Whether a member may create, rename and revoke keys. */
export function canManageKeys(role: Role): boolean {
  return grantable[role] !== undefined;
}

/** The scopes that a member may give to a key: nobody makes a key that may do more than they may. */
export function grantableScopes(role: Role): readonly KeyScope[] {
  return grantable[role] ?? [];
}
