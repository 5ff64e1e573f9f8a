import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Dialect } from "@/lib/gateway/dialect";
import { GatewayError, invalidFields, renderError } from "@/lib/gateway/errors";
import { type FailureName, failures } from "@/lib/gateway/failures";
import registryText from "@/lib/gateway/testing/registry.json";

const Registry = z.record(
  z.string(),
  z.object({
    status: z.number(),
    headers: z.string(),
    bodies: z.object({
      A: z.record(z.string(), z.unknown()),
      O: z.record(z.string(), z.unknown()),
      G: z.record(z.string(), z.unknown()),
    }),
  }),
);
const registry = Registry.parse(registryText);
const context = { requestId: "<id>", balanceStatus: 402 };

/** Each failure as it is thrown, with the registry's own placeholders for what differs every time. */
const examples: Partial<Record<FailureName, GatewayError>> = {
  missing_key: new GatewayError("missing_key", { details: { header: "Authorization" } }),
  bad_auth_header: new GatewayError("bad_auth_header", { details: { header: "Authorization" } }),
  revoked_key: new GatewayError("revoked_key", {
    details: { key_id: "<id>", reason: "revoked", revoked_at: "<iso>" },
  }),
  expired_key: new GatewayError("expired_key", { details: { expired_at: "<iso>" } }),
  wrong_env: new GatewayError("wrong_env", {
    details: { key_environment: "test", required: "live" },
  }),
  scope: new GatewayError("scope", {
    headers: {
      "www-authenticate": 'Bearer realm="api", error="insufficient_scope", scope="<scope>"',
    },
    details: { required: ["<scope>"], granted: ["<scopes>"] },
  }),
  model_forbidden: new GatewayError("model_forbidden", { details: { model: "<m>" } }),
  balance: new GatewayError("balance", {
    details: { balance: "0.00", required: "<dec>", currency: "USD", top_up_url: "<url>" },
  }),
  quota: new GatewayError("quota", {
    details: {
      period: "day|month|total",
      limit: "<n>",
      used: "<n>",
      resets_at: "<iso|null>",
    },
  }),
  rate: new GatewayError("rate", {
    headers: { "retry-after": "60" },
    details: { limit: "<n>", window: "<s>", retry_after: "<s>" },
  }),
  concurrency: new GatewayError("concurrency", { details: { limit: "<n>" } }),
  json: new GatewayError("json", { details: { position: "<n|null>" } }),
  param: invalidFields([{ path: "<path>", code: "<code>", message: "<reason>" }]),
  missing_param: invalidFields([{ path: "<path>", code: "required", message: "field required" }]),
  context: new GatewayError("context", {
    message: "Invalid request error: prompt is too long: <n> tokens > <max>",
    details: { tokens: "<n>", max: "<n>" },
  }),
  model404: new GatewayError("model404", { message: "model: <m>", details: { model: "<m>" } }),
  method: new GatewayError("method", {
    headers: { allow: "<list>" },
    details: { allowed: ["<M>"] },
  }),
  media: new GatewayError("media", { details: { supported: ["application/json"] } }),
  large: new GatewayError("large", { details: { limit_bytes: "<n>" } }),
  precond: new GatewayError("precond", { details: { current: "<etag>" } }),
  overloaded: new GatewayError("overloaded", { details: { retry_after: "<s>" } }),
  unavailable: new GatewayError("unavailable", { details: { retry_after: "<s>" } }),
  ip_forbidden: new GatewayError("ip_forbidden", { details: { address: "<ip>" } }),
};

const names = Object.keys(failures) as FailureName[];

function render(name: FailureName, dialect: Dialect) {
  return renderError(examples[name] ?? new GatewayError(name), dialect, context);
}

/** What the registry says about headers, as far as it is `Name: value`; the rest is prose. */
function headersDue(text: string): [string, string][] {
  return text.split("; ").flatMap((part) => {
    const match = /^(WWW-Authenticate|x-should-retry|Retry-After|Connection|Allow): (.+)$/.exec(
      part,
    );
    return match?.[1] && match[2]
      ? [[match[1].toLowerCase(), match[2].replace(/ \(no error=.*$/, "")]]
      : [];
  });
}

describe("the registry of failures", () => {
  it("has every failure of the contract, and no other", () => {
    expect([...names].sort()).toEqual(Object.keys(registry).sort());
  });

  it.each(names)("renders %s as the contract has it, in each dialect", (name) => {
    const due = registry[name];
    const [openAi, rest] = [render(name, "openai"), render(name, "rest")];
    const { request_id, ...anthropic } = render(name, "anthropic").body;
    expect(request_id).toBe(context.requestId);
    expect(rest.body).toEqual(due?.bodies.G);
    expect(openAi.status).toBe(due?.status);
    expect(rest.status).toBe(due?.status);
    // The route of signed events is ours alone, and speaks the REST dialect only.
    if (name === "webhook_sig") return;
    expect(anthropic).toEqual(due?.bodies.A);
    expect(openAi.body).toEqual(due?.bodies.O);
  });

  it.each(names)("sends the headers that go with %s", (name) => {
    const { headers } = render(name, "rest");
    const due = headersDue(registry[name]?.headers ?? "");
    for (const [header, value] of due) {
      if (header === "retry-after" && value.startsWith("<")) {
        expect(headers[header]).toMatch(/^[1-9]\d*$/);
      } else expect(headers[header]).toBe(value);
    }
    // Nothing that the contract doesn't have.
    const shouldRetry = due.find(([header]) => header === "x-should-retry")?.[1];
    expect(headers["x-should-retry"]).toBe(shouldRetry);
    const closes = due.some(([header]) => header === "connection");
    expect(headers.connection).toBe(closes ? "close" : undefined);
  });

  it("answers an overloaded upstream with 529 in Anthropic's dialect", () => {
    expect(render("overloaded", "anthropic").status).toBe(529);
  });

  it("answers a low balance with 403 where the company wants it so", () => {
    const rendered = renderError(new GatewayError("balance"), "openai", {
      ...context,
      balanceStatus: 403,
    });
    expect(rendered.status).toBe(403);
  });
});

describe("problem details", () => {
  const problem = { instance: "/v1/resources#req_1", docsUrl: "http://localhost:3000/docs/errors" };

  it("D25 say what RFC 9457 asks for, with our code, details and fields beside", () => {
    const { body, headers, status } = renderError(
      invalidFields([{ path: "name", code: "required", message: "field required" }]),
      "rest",
      { ...context, problem },
    );
    expect(status).toBe(400);
    expect(headers["content-type"]).toBe("application/problem+json");
    const errors = [{ path: "name", code: "required", message: "field required" }];
    expect(body).toEqual({
      type: "http://localhost:3000/docs/errors#missing_required_parameter",
      title: "Invalid request",
      status: 400,
      detail: "Invalid request error: name: field required",
      instance: "/v1/resources#req_1",
      code: "VALIDATION_ERROR",
      details: { errors },
      errors,
    });
  });

  it("are for the REST dialect only: SDKs read their own", () => {
    for (const dialect of ["openai", "anthropic"] as const) {
      const due = renderError(new GatewayError("nf"), dialect, context);
      expect(renderError(new GatewayError("nf"), dialect, { ...context, problem })).toEqual(due);
    }
  });
});
