import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import {
  newCaller,
  openProvidedDoor,
  type ProvidedDoor,
} from "@/lib/gateway/testing/provided-door";
import { startTracing } from "@/lib/tracing";

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.coerce.number().optional(),
});
const Attribute = z.object({ key: z.string(), value: Value });
const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(Attribute),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
});
/** An export as OTLP over HTTP has it in JSON. */
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(Attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});
type Span = z.infer<typeof Span>;

let receiver: Server;
let endpoint = "";
let provided: ProvidedDoor;
const received: string[] = [];

beforeAll(async () => {
  receiver = createServer((req, res) => {
    let body = "";
    req.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    req.on("end", () => {
      if (req.url === "/v1/traces") received.push(body);
      res.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = receiver.address();
  endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  provided = await openProvidedDoor();
});

afterAll(async () => {
  await provided.close();
  receiver.close();
});

function spansReceived(): Span[] {
  return received.flatMap((text) =>
    Export.parse(JSON.parse(text)).resourceSpans.flatMap((resource) =>
      resource.scopeSpans.flatMap((scope) => scope.spans),
    ),
  );
}

const traceId = "0af7651916cd43dd8448eb211c80319c";
const callerSpan = "b7ad6b7169203331";
const sampled = { traceparent: `00-${traceId}-${callerSpan}-01` };

test("without an endpoint no trace begins, and upstreams hear of none", async () => {
  const caller = await newCaller(provided);
  const answer = await caller.post("openai", "of-openai", {}, undefined, sampled);
  expect(answer.status).toBe(200);
  expect(provided.openai.exchanges.at(-1)?.headers.traceparent).toBeUndefined();
  expect(received).toEqual([]);
});

test("a request is one trace: the caller's, with admission, upstream and settlement below", async () => {
  const stop = await startTracing("gatehouse-gateway", endpoint);
  const caller = await newCaller(provided);
  const whole = await caller.post("openai", "of-openai", {}, undefined, sampled);
  expect(whole.status).toBe(200);
  const sent = String(provided.openai.exchanges.at(-1)?.headers.traceparent);
  const streamed = await caller.post("anthropic", "of-anthropic", { stream: true });
  await streamed.text();
  provided.openai.play({ does: "status", status: 401 });
  const failed = await caller.post("openai", "of-openai");
  expect(failed.status).toBe(502);
  await failed.text();
  await caller.rows(3);
  await stop();

  const spans = spansReceived();
  const below = (parent: Span | undefined) =>
    spans.filter((span) => span.parentSpanId === parent?.spanId).map((span) => span.name);
  const route = "POST /v1/chat/completions";
  const ours = spans.filter((span) => span.traceId === traceId);
  const root = ours.find((span) => span.parentSpanId === callerSpan);
  expect(root?.name).toBe(route);
  expect(below(root).sort()).toEqual(["admission", "settlement", "upstream"]);
  const upstream = ours.find((span) => span.name === "upstream");
  // What the provider was sent goes on from our own span.
  expect(sent).toBe(`00-${traceId}-${upstream?.spanId}-01`);

  const stream = spans.find((span) => span.name === "POST /v1/messages");
  expect(below(stream).sort()).toEqual(["admission", "settlement", "upstream"]);

  const broken = spans.find((span) => span.name === route && span.traceId !== traceId);
  const refused = spans.find(
    (span) => span.name === "upstream" && span.parentSpanId === broken?.spanId,
  );
  expect(refused?.status.code).toBe(2);

  // Neither key, nor what was said, nor the provider's credential.
  const text = received.join("");
  for (const told of [caller.key.secret, "CANARY", "Hello"]) expect(text).not.toContain(told);
});
