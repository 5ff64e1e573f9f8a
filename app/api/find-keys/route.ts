import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { findKeys } from "@/lib/keys/find-keys";

/** `?q=` → the keys that the command menu offers: `{ keys: [{ id, name, masked }] }`. */
export function GET(request: Request): Promise<Response> {
  return answerJson("keys.read", async (scope) => {
    const typed = new URL(request.url).searchParams.get("q") ?? "";
    return { keys: await findKeys(getDb(), scope, typed) };
  });
}
