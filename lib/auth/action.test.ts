import { beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { createAction, createPublicAction } from "@/lib/auth/action";
import { requireActingScope } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import type { Scope } from "@/lib/scope";

const request = vi.hoisted(() => ({ headers: new Headers() }));
vi.mock("next/headers", () => ({ headers: async () => request.headers }));
vi.mock("next/navigation", () => ({
  unstable_rethrow(error: unknown) {
    if (error instanceof Error && error.message === "NEXT_REDIRECT") throw error;
  },
}));
vi.mock("@/db/client", () => ({ getDb: () => "the database" }));
vi.mock("@/db/changes", () => ({ untilChangesAreKnown: vi.fn() }));
vi.mock("@/lib/auth/session", () => ({ requireActingScope: vi.fn() }));
vi.mock("@/lib/auth/auth", () => ({
  visitorOf: () => ({ address: "203.0.113.7", shared: false, userAgent: "test" }),
}));
vi.mock("@/lib/auth/origin", async (original) => ({
  ...(await original<typeof import("@/lib/auth/origin")>()),
  ownOrigins: () => ["https://app.example.com"],
}));

const scope: Scope = { workspaceId: "ws_1", userId: "usr_1", sessionId: "ses_1", role: "owner" };
const Rename = z.object({ name: z.string().min(2, "Too short.").max(9, "Too long.") });

function comingFrom(headers: Record<string, string>): void {
  request.headers = new Headers({ "x-request-id": "req_7", ...headers });
}

beforeEach(() => {
  comingFrom({ origin: "https://app.example.com", "sec-fetch-site": "same-origin" });
  vi.mocked(requireActingScope).mockReset().mockResolvedValue(scope);
});

test("the verb gets scope, parsed input, and where the request came from", async () => {
  const verb = vi.fn(async () => "done");
  const action = createAction(Rename, verb);
  expect(await action({ name: "Ada", admin: true })).toEqual({ ok: true, data: "done" });
  expect(verb).toHaveBeenCalledWith(
    {
      db: "the database",
      scope,
      requestId: "req_7",
      address: "203.0.113.7",
      shared: false,
      userAgent: "test",
    },
    { name: "Ada" },
  );
});

test("without a session nothing else is looked at", async () => {
  vi.mocked(requireActingScope).mockRejectedValue(new AppError("UNAUTHENTICATED"));
  comingFrom({});
  const verb = vi.fn();
  const result = await createAction(Rename, verb)({ name: 7 });
  expect(result).toMatchObject({ ok: false, error: { code: "UNAUTHENTICATED" } });
  expect(verb).not.toHaveBeenCalled();
});

test.each([
  ["no origin", {}],
  ["an opaque origin", { origin: "null" }],
  ["another origin", { origin: "https://evil.test", "x-forwarded-host": "evil.test" }],
  ["a cross-site request", { origin: "https://app.example.com", "sec-fetch-site": "cross-site" }],
])("with %s neither kind of action runs", async (_label, headers) => {
  comingFrom(headers as Record<string, string>);
  const verb = vi.fn();
  for (const create of [createAction, createPublicAction]) {
    const result = await create(Rename, verb)({ name: "Ada" });
    expect(result).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  }
  expect(verb).not.toHaveBeenCalled();
});

test("input that doesn't fit is answered per field, with the first problem of each", async () => {
  const verb = vi.fn();
  const action = createAction(Rename, verb);
  expect(await action({ name: "x" })).toMatchObject({
    error: { code: "VALIDATION_ERROR", fields: { name: "Too short." } },
  });
  for (const input of [null, undefined, "name", ["name"], 7, { name: { length: 3 } }]) {
    expect(await action(input)).toMatchObject({ error: { code: "VALIDATION_ERROR" } });
  }
  expect(verb).not.toHaveBeenCalled();
});

test("an expected failure reaches the user in its own words", async () => {
  const action = createAction(Rename, async () => {
    throw new AppError("CONFLICT", "Taken.", { fields: { name: "Taken." } });
  });
  expect(await action({ name: "Ada" })).toEqual({
    ok: false,
    error: { code: "CONFLICT", message: "Taken.", fields: { name: "Taken." } },
  });
});

test("an unexpected failure says only its request id, and its values stay out of the log", async () => {
  const written = vi.spyOn(log, "error");
  const action = createAction(Rename, async () => {
    const cause = Object.assign(new Error("relation is missing"), { code: "42P01" });
    const failed = new Error("Failed query: select $1\nparams: hunter2-secret", { cause });
    throw Object.assign(failed, { query: "select $1", params: ["hunter2-secret"] });
  });
  const result = await action({ name: "Ada" });
  expect(result).toMatchObject({ error: { code: "INTERNAL", requestId: "req_7" } });
  expect(written).toHaveBeenCalledOnce();
  const logged = JSON.stringify(written.mock.calls);
  expect(logged).toContain("42P01");
  expect(logged + JSON.stringify(result)).not.toContain("hunter2");
});

test("the framework's own redirects pass through", async () => {
  const action = createPublicAction(Rename, async () => {
    throw new Error("NEXT_REDIRECT");
  });
  await expect(action({ name: "Ada" })).rejects.toThrow("NEXT_REDIRECT");
});
