import type { KeyScope } from "@/lib/keys/terms";

/** What each scope lets a key do. */
export const scopeMeanings: Record<KeyScope, string> = {
  read: "Reads data and generates content. Changes nothing.",
  write: "Creates, updates and deletes resources. Doesn’t read or generate.",
  admin: "Everything: the other three, and managing keys.",
  webhook: "Manages webhook endpoints. Nothing else.",
};
