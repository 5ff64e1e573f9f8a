import type { ActionError } from "@/lib/result";

/** For an action whose answer never came: the connection broke, or the server was being replaced. */
export function unreachable(): { ok: false; error: ActionError } {
  return {
    ok: false,
    error: {
      code: "UNAVAILABLE",
      message: "The server didn't answer. Check your connection and try again.",
    },
  };
}
