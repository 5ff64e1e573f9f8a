import type { Route } from "next";

/** The page of an upstream, whose id may hold slashes. */
export function upstreamHref(id: string): Route {
  return `/admin/upstreams/${id.split("/").map(encodeURIComponent).join("/")}` as Route;
}

/** What upstreams speak, in words. */
export const kindLabels = {
  simulated: "built in",
  openai: "OpenAI’s protocol",
  anthropic: "Anthropic’s protocol",
} as const;
