/** Names one form, for the server to know it by. Works on plain http as well, unlike `crypto.randomUUID`. */
export function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
