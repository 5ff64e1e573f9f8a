/** What a member is in a workspace, by power; `lib/permissions.ts` says what each may do. */
export const roles = ["owner", "admin", "developer", "billing", "viewer"] as const;
export type Role = (typeof roles)[number];

/** Somebody who is signed in, wherever they act. */
export interface SignedIn {
  userId: string;
  sessionId: string;
  /** The workspace they act in; null for who is in none. */
  workspaceId: string | null;
}

/** An operator's look at a customer's dashboard. */
export interface SupportView {
  id: string;
  expiresAt: Date;
}

/**
 * Who acts, and in which workspace. Every domain verb takes one, and every query it makes is
 * limited to `workspaceId`; nothing a client sends can widen it.
 */
export interface Scope {
  workspaceId: string;
  userId: string;
  /** The signed-in browser; where a key acts, the key's id. */
  sessionId: string;
  /** The key that acts, where the act comes in over the API; `userId` is the one who made it. */
  keyId?: string;
  role: Role;
  /** An operator's look at somebody's dashboard: read-only, whatever the role. */
  supportView?: SupportView;
}
