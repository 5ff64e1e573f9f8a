import type { KeyStatus } from "@/lib/keys/status";

/** What a row's menu and dialogs need to know of its key. */
export interface ActedKey {
  id: string;
  name: string;
  /** `gate_live_…7tKi` */
  masked: string;
  last4: string;
  status: KeyStatus;
  wasUsed: boolean;
  /** Until when its revoke can be undone, in ISO 8601; null where it can't. */
  undoUntil: string | null;
}
