import { expect } from "vitest";
import { type ApiCase, type Registered, registry } from "@/lib/gateway/cases/fixture";
import type { Answer } from "@/lib/gateway/cases/wire";
import type { Dialect } from "@/lib/gateway/dialect";

/** One answer to one variant of a case. */
export interface Observed {
  /** What was sent, for whoever reads a failure. */
  variant: string;
  dialect: Dialect;
  answer: Answer;
  /** The failure due, or `ok`, where the case allows several or the variant isn't the case's own. */
  due?: string;
  /** The path of the field that a `param` or `missing_param` must name. */
  param?: string;
  /** Differences to the registry's REST details that are meant. */
  details?: Record<string, unknown>;
  /** The sentence where it isn't the registry's. */
  message?: string;
  /** The REST body's message and details say more than the registry's; its code is the same. */
  tellsMore?: boolean;
}

const bodyKeys = { anthropic: "A", openai: "O", rest: "G" } as const;

/** Members that an answer may have though the registry's example doesn't. */
const optional: Readonly<Record<string, readonly string[]>> = {
  balance: ["affordable_max_tokens"],
};

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** `model: <m>` as an expression that any model's name fits. */
function patternOf(text: string): RegExp {
  const parts = text.split(/(<[^<>]+>)/);
  const source = parts.map((part) => (/^<.+>$/.test(part) ? "[\\s\\S]+" : escapeText(part)));
  return new RegExp(`^${source.join("")}$`);
}

function fitsText(template: string, value: unknown): boolean {
  if (/^<[^<>]+>$/.test(template)) {
    if (template.includes("null") && value === null) return true;
    if (template === "<iso>") return typeof value === "string" && !Number.isNaN(Date.parse(value));
    return (typeof value === "string" && value !== "") || Number.isInteger(value);
  }
  if (template.includes("|")) return template.split("|").includes(String(value));
  return typeof value === "string" && patternOf(template).test(value);
}

/** Where a value differs from a template of the registry's; null where it fits. */
function mismatch(
  template: unknown,
  value: unknown,
  path: string,
  extra: readonly string[],
): string | null {
  const differs = `${path}: ${JSON.stringify(value)} is not ${JSON.stringify(template)}`;
  if (typeof template === "string") return fitsText(template, value) ? null : differs;
  if (Array.isArray(template)) {
    if (!Array.isArray(value)) return differs;
    // A key without any scope has been granted none.
    if (value.length === 0) return template[0] === "<scopes>" ? null : differs;
    if (template.length > 1 && value.length !== template.length) return differs;
    const dueAt = (i: number): unknown => (template.length > 1 ? template[i] : template[0]);
    const found = value.map((item, i) => mismatch(dueAt(i), item, `${path}[${i}]`, []));
    return found.find((each) => each !== null) ?? null;
  }
  if (typeof template !== "object" || template === null) return template === value ? null : differs;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return differs;
  const due: Record<string, unknown> = { ...template };
  const given: Record<string, unknown> = { ...value };
  for (const name of Object.keys(given)) {
    if (!(name in due) && !extra.includes(name)) return `${path}: ${name} is not in the registry`;
  }
  for (const [name, part] of Object.entries(due)) {
    const found = mismatch(part, given[name], `${path}.${name}`, extra);
    if (found !== null) return found;
  }
  return null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function templateOf(due: string, known: Registered, seen: Observed): unknown {
  const key = bodyKeys[seen.dialect];
  const template = structuredClone(known.bodies[key]);
  const error: Record<string, unknown> = Object(template?.error);
  if (due === "balance" && key === "G")
    error.details = { ...Object(error.details), balance: "<d>" };
  if (key === "G" && seen.details) error.details = { ...Object(error.details), ...seen.details };
  if (seen.message !== undefined && key !== "G") error.message = seen.message;
  return { ...template, error, ...(key === "A" ? { request_id: "<id>" } : {}) };
}

/** Which of several failures with one status it is. */
function fitsBody(due: string, seen: Observed): boolean {
  const known = registry.get(due);
  if (!known) return false;
  const template = templateOf(due, known, seen);
  return mismatch(template, parse(seen.answer.text), due, optional[due] ?? []) === null;
}

function expectBody(due: string, known: Registered, seen: Observed): void {
  const body = parse(seen.answer.text);
  if (seen.tellsMore) {
    const { code } = Object(known.bodies.G?.error);
    expect(body, seen.variant).toMatchObject({ success: false, error: { code } });
    return;
  }
  const found = mismatch(templateOf(due, known, seen), body, due, optional[due] ?? []);
  expect(found, `${seen.variant}: ${seen.answer.text.slice(0, 400)}`).toBeNull();
  if (seen.dialect === "anthropic") {
    expect(body).toMatchObject({ request_id: seen.answer.headers.get("x-request-id") });
  }
  if (seen.param === undefined) return;
  const named = {
    anthropic: { error: { message: expect.stringContaining(`: ${seen.param}: `) } },
    openai: { error: { param: seen.param } },
    rest: { errors: expect.arrayContaining([expect.objectContaining({ path: seen.param })]) },
  };
  expect(body, seen.variant).toMatchObject(named[seen.dialect]);
}

const header =
  /^(WWW-Authenticate|x-should-retry|Retry-After|Connection|Allow|Cache-Control): (.+)$/;

function expectHeaders(due: string, known: Registered, { answer, variant }: Observed): void {
  const { headers } = answer;
  for (const part of known.headers.split("; ")) {
    const [, name = "", value = ""] = header.exec(part) ?? [];
    if (name === "") continue;
    const wanted = patternOf(value.replace(/ \(no error=.*$/, "").replace(/^<[^>]+>$/, "<x>"));
    expect(headers.get(name) ?? "", `${variant}: ${name}`).toMatch(wanted);
  }
  const retryAfter = headers.get("retry-after");
  if (retryAfter !== null) expect(retryAfter, variant).toMatch(/^[1-9]\d*$/);
  if (due !== "rate") return;
  expect(headers.get("x-ratelimit-limit"), variant).toMatch(/^[1-9]\d*$/);
  expect(headers.get("x-ratelimit-remaining"), variant).toBe("0");
  expect(Number(headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000 - 1);
  expect(headers.get("ratelimit"), variant).toMatch(/^"[\w-]+";r=0;t=[1-9]\d*$/);
  expect(headers.get("ratelimit-policy"), variant).toMatch(/^"[\w-]+";q=[1-9]\d*;w=[1-9]\d*$/);
}

/** What no answer may have, whoever made it. */
function expectDecent({ answer, variant }: Observed): void {
  expect(answer.text, variant).not.toMatch(/<html|<!doctype|<body/i);
  expect(answer.text, variant).not.toMatch(/\n\s+at .+:\d+|node_modules|\.ts:\d+|postgres/i);
  for (const name of ["x-powered-by", "server", "set-cookie"]) {
    expect(answer.headers.get(name), variant).toBeNull();
  }
}

function expectOurs({ answer, variant, dialect }: Observed): void {
  expect(answer.headers.get("x-request-id"), variant).toMatch(/^req_[0-9a-z]{26}$/);
  expect(answer.headers.get("cache-control"), variant).toContain("no-store");
  expect(answer.headers.get("x-content-type-options"), variant).toBe("nosniff");
  if (dialect === "anthropic") {
    const id = answer.headers.get("x-request-id");
    expect(answer.headers.get("request-id"), variant).toBe(id);
  }
}

/** The statuses that a case's own words allow; 0 stands for a connection that is just closed. */
function allowsStatus(words: string, status: number): boolean {
  if (status === 0) return words === "-" || words.includes("closed");
  if (words === "-") return status >= 400;
  // What breaks before the first event still has a status of its own.
  if (words === "stream") return status === 200 || status >= 500;
  if (words === "4xx") return status >= 400 && status < 500;
  const listed: string[] = words.match(/\b\d{3}\b/g) ?? [];
  // Raw refusals of too long a head: 414 is as good as 431.
  return listed.includes(String(status)) || (words === "431" && status === 414);
}

function expectFailure(due: string, seen: Observed): void {
  const known = registry.get(due);
  if (!known) throw new Error(`the registry has no ${due}`);
  // Anthropic has a status of its own for it.
  const isOverloaded = due === "overloaded" && seen.dialect === "anthropic";
  expect(seen.answer.status, seen.variant).toBe(isOverloaded ? 529 : known.status);
  expectOurs(seen);
  expect(seen.answer.headers.get("content-type"), seen.variant).toMatch(
    /^application\/(problem\+)?json$/,
  );
  if (seen.answer.headers.get("content-type") === "application/json") expectBody(due, known, seen);
  expectHeaders(due, known, seen);
}

const ends = { openai: "data: [DONE]\n\n", anthropic: "event: message_stop\n", rest: "" };

/** A stream that has begun: it is whole, or its last event is the failure and the connection breaks. */
function judgeStream(codes: string[], seen: Observed): void {
  const { answer, variant, dialect } = seen;
  expectOurs(seen);
  expect(answer.headers.get("content-type"), variant).toMatch(/^text\/event-stream/);
  const isWhole = answer.text.includes(ends[dialect]);
  expect([isWhole, answer.isCut ?? false], variant).toEqual(
    codes.includes("ok") ? [true, false] : [false, true],
  );
  if (isWhole) return;
  const last = answer.text.trimEnd().split("\n\n").pop() ?? "";
  const [, data = ""] = /^event: error\ndata: (.+)$/.exec(last) ?? [];
  const text = data === "" ? `no error event: ${last}` : data;
  const told = { ...seen, answer: { ...answer, text } };
  const [first = ""] = codes;
  const known = registry.get(codes.find((code) => fitsBody(code, told)) ?? first);
  if (!known) throw new Error(`the registry has no ${first}`);
  expectBody(first, known, told);
}

/** Compares what was seen with what the case and the registry say. */
export function judge(due: ApiCase, seen: Observed): void {
  const { answer, variant } = seen;
  expectDecent(seen);
  const isDue = seen.due !== undefined || allowsStatus(due.status, answer.status);
  expect(isDue, `${variant}: status ${answer.status}: ${answer.text.slice(0, 300)}`).toBe(true);
  const codes = (seen.due ?? due.code).split("/");
  // Refused by the HTTP parser, before there is a request that could have an id.
  if (codes.includes("-")) return;
  const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream");
  if (answer.status === 200 && isStream) {
    judgeStream(codes, seen);
    return;
  }
  if (answer.status >= 200 && answer.status < 300) {
    const mayPass = codes.includes("ok") || (seen.due === undefined && /\b200\b/.test(due.status));
    expect(mayPass, `${variant}: ${answer.text.slice(0, 300)}`).toBe(true);
    expectOurs(seen);
    return;
  }
  expect(codes, `${variant}: ${answer.status} ${answer.text.slice(0, 300)}`).not.toEqual(["ok"]);
  const failures = codes.filter((code) => registry.get(code)?.status === answer.status);
  const fitting = failures.find((code) => fitsBody(code, seen));
  expectFailure(fitting ?? failures[0] ?? codes[0] ?? "", seen);
}
