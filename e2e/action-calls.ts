import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { APIResponse, Page } from "@playwright/test";
import { nextDir } from "../scripts/paths.mjs";
import { origin } from "./steps";

/** Every server action of the build is a public endpoint: its name, and the id that calls it. */
export function readActions(): Map<string, string> {
  const manifest = JSON.parse(
    readFileSync(join(nextDir(), "server", "server-reference-manifest.json"), "utf8"),
  );
  const entries = Object.entries<{ exportedName: string }>(manifest.node);
  return new Map(entries.map(([id, action]) => [action.exportedName, id]));
}

/** Calls an action as its page would, with the session of `page`. */
export function send(
  page: Page,
  actionId: string,
  args: unknown,
  headers: Record<string, string> = { origin },
): Promise<APIResponse> {
  return page.request.post("/keys", {
    headers: { "next-action": actionId, "content-type": "text/plain;charset=UTF-8", ...headers },
    data: typeof args === "string" ? args : JSON.stringify(args),
    maxRedirects: 0,
  });
}

/** The action's own result, out of the flight of what is drawn anew beside it. */
export async function resultOf(response: APIResponse): Promise<string> {
  const lines = (await response.text()).split("\n");
  const result = lines.find((line) => /^\w+:\{"ok":/.test(line)) ?? "no result";
  return result.replace(/^\w+:/, "");
}
