import { createHmac } from "node:crypto";

/**
 * What the web process shows the gateway beside the requests that it passes on, so that its word on
 * where they came from is taken. Both know the secret; nobody else can make it.
 * @param {string} authSecret AUTH_SECRET
 */
export function forwardTokenOf(authSecret) {
  return createHmac("sha256", authSecret).update("gatehouse web to gateway").digest("base64url");
}
