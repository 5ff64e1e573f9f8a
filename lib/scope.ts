/** What a member may do in a workspace; one permission table reads it. */
export type Role = "owner" | "admin" | "developer" | "billing" | "viewer";

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
}
