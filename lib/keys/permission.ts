import { type KeyScope, keyScopes } from "@/lib/keys/terms";
import { may, type PermissionName } from "@/lib/permissions";
import type { Role } from "@/lib/scope";

/** What a member needs to hand out each scope, beside being allowed to make keys at all. */
const needed: Record<KeyScope, PermissionName> = {
  read: "keys.manage",
  write: "keys.manage",
  admin: "keys.manage_admin",
  webhook: "webhooks.manage",
};

/** The scopes that a member may give to a key: nobody makes a key that may do more than they may. */
export function grantableScopes(role: Role): readonly KeyScope[] {
  if (!may(role, "keys.manage")) return [];
  return keyScopes.filter((scope) => may(role, needed[scope]));
}
