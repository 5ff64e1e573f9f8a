import { Readable } from "node:stream";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { askUpstream } from "./proxy.mjs";

// A bare proxy: no keys, no limits, no books. What a framework and an HTTP client cost by themselves.

const app = new Hono();

app.post("/v1/chat/completions", async (c) => {
  const answer = await askUpstream(await c.req.text());
  const type = String(answer.headers["content-type"]);
  if (!type.startsWith("text/event-stream")) {
    return c.body(await answer.body.text(), 200, { "content-type": type });
  }
  return c.body(Readable.toWeb(answer.body), 200, { "content-type": type });
});

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env.PORT) });
