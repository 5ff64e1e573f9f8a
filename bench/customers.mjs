import { randomBytes } from "node:crypto";

/** Customers with a key each; connections take turns at being one. */
export const customerCount = 16;

/** Keys for those contestants that don't make their own. */
export function newSecrets(count = customerCount) {
  return Array.from({ length: count }, () => `bench_live_${randomBytes(24).toString("hex")}`);
}

/** What a customer sends. @param {string} secret @returns {Record<string, string>} */
export function bearer(secret) {
  return { authorization: `Bearer ${secret}` };
}
