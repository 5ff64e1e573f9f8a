import { z } from "zod";
import { roles } from "@/lib/scope";

export const UserId = z.string({ error: "Choose a member." }).regex(/^[\w-]{1,64}$/, {
  error: "Choose a member.",
});

export const RoleChoice = z.enum(roles, { error: "Choose a role." });

export const MemberReference = z.object({ userId: UserId });
export type MemberReference = z.infer<typeof MemberReference>;

export const ChangeRole = z.object({ userId: UserId, role: RoleChoice });
export type ChangeRole = z.infer<typeof ChangeRole>;

/** What becomes of the keys that the member made. */
const KeysOfMember = z.enum(["keep", "revoke"], { error: "Choose what becomes of the keys." });

export const RemoveMember = z.object({ userId: UserId, keys: KeysOfMember });
export type RemoveMember = z.infer<typeof RemoveMember>;

export const LeaveWorkspace = z.object({ keys: KeysOfMember });
export type LeaveWorkspace = z.infer<typeof LeaveWorkspace>;
