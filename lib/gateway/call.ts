import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { DrizzlePool } from "@/db/drizzle-pool";
import type { Pool } from "@/db/pool";
import type { Instance } from "@/lib/budgets/instance";
import type { LeasedSettler } from "@/lib/budgets/leased-settlement";
import type { OpenHolds } from "@/lib/budgets/open-holds";
import type { Recalls } from "@/lib/budgets/recalls";
import type { EndedRequest, Settlement, Settler } from "@/lib/budgets/settlement";
import type { Slices } from "@/lib/budgets/slices";
import type { Spending } from "@/lib/budgets/spending";
import type { Dialect } from "@/lib/gateway/dialect";
import type { KeyFacts } from "@/lib/gateway/facts";
import type { FactsCache } from "@/lib/gateway/facts-cache";
import { countSettlement } from "@/lib/gateway/metrics";
import type { Reply } from "@/lib/gateway/reply";
import type { Upstreams } from "@/lib/gateway/upstreams/providers";
import type { WrongKeys } from "@/lib/gateway/wrong-keys";
import { newId } from "@/lib/id";
import { redactKeys } from "@/lib/log";
import type { Price } from "@/lib/models/price";
import { type TracedWork, traced } from "@/lib/tracing";
import type { WebhookSettings } from "@/lib/webhooks/settings";

/** The header that carries `forwardToken`; `scripts/forward.mjs` sets it. */
const forwardTokenHeader = "x-gatehouse-forward";

export interface GatewaySettings {
  balanceStatus: number;
  testKeys: "sandbox" | "reject" | "only";
  /** What keys that were imported begin with; left out where there are none. */
  importedPrefixes?: readonly string[];
  topUpUrl: string;
  /** Whether `POST /v1/messages` must name `max_tokens`, as Anthropic's own API demands. */
  requiresMaxTokens: boolean;
  trustedProxies: ReadonlySet<string>;
  /** What our own web process proves itself with when it passes requests on; null where none does. */
  forwardToken: string | null;
  /** The same of the deployment's other secret, while that is being changed. */
  otherForwardToken?: string | null;
  /** Base address of the API, ending in `/v1`, as its own description names it. */
  apiBaseUrl: string;
  /** Signs list cursors; 32 bytes derived from the deployment's secret. */
  cursorKey: Uint8Array;
  /** Encrypts the answers that are kept for an `Idempotency-Key`; 32 bytes derived likewise. */
  answerKey: Uint8Array;
  /** What the credentials of upstreams are encrypted under; 32 bytes derived likewise. */
  credentialKey: Uint8Array;
  /** What endpoints of webhooks may be, and what their secrets are encrypted under. */
  webhooks: WebhookSettings;
}

/** What every call shares in this process. */
export interface Gateway {
  settings: GatewaySettings;
  /** Admission: short statements, short limits. */
  door: Pool;
  /** For the domains' verbs that REST routes run: short statements, short limits. */
  db: DrizzlePool;
  instance: Instance;
  /** What the books are kept over. */
  books: Pool;
  settler: Settler;
  /** Settles what was admitted from `slices`. */
  leasedSettler: LeasedSettler;
  slices: Slices;
  recalls: Recalls;
  facts: FactsCache;
  openHolds: OpenHolds;
  wrongKeys: WrongKeys;
  upstreams: Upstreams;
  /** It is about to stop: readiness says no, and calls are still served. */
  isLeaving: boolean;
  isDraining: boolean;
  /** Requests that are being answered, or whose upstream is still heard after the client has left. */
  openCalls: number;
}

/** What was set aside for a call, and how far its answer has come. */
export interface CallHold {
  model: string;
  stream: boolean;
  amountNanos: bigint;
  price: Price;
}

/** One request on its way through the gateway. */
export interface Call {
  id: string;
  startedAtMs: number;
  dialect: Dialect;
  method: string;
  /** The route's pattern, such as `/v1/models/{id}`: what logs and roll-ups are keyed by. */
  route: string;
  address: string;
  userAgent: string;
  /** Of the key's secret, where a ticket stands for it (`tickets.ts`) and nobody shows the secret. */
  secretHash: Buffer | null;
  request: IncomingMessage;
  response: ServerResponse;
  /** Its part of a trace; null where none are wanted. */
  trace: TracedWork | null;
  /** Known once the key is; a refusal from then on is logged. */
  key: KeyFacts | null;
  hold: CallHold | null;
  /** What it took of slices; null where the database admitted it. */
  spending: Spending | null;
  /** When admission counted it, by the database's clock. */
  admittedAt: Date | null;
  /** SHA-256 of the body, for calls with an `Idempotency-Key`; null while none was read. */
  bodyDigest: Buffer | null;
  /** Whether errors of the REST dialect are wanted as problem details (RFC 9457). */
  wantsProblem: boolean;
  /** Runs when every check but the counted ones has passed. What it throws is the call's answer. */
  beforeAcquire: ((key: KeyFacts) => Promise<void>) | null;
  /** Whether the `Idempotency-Key` may be another's by now; null for calls without one. */
  isClaimVoid: (() => boolean) | null;
  /** Headers that admission adds to whatever is answered. */
  headers: Record<string, string>;
  /** What is still under way although its caller was told 503: the answer that nobody waited for. */
  unfinished: Promise<Reply> | null;
}

/** Whether a call is about keys: what one key may know and do, secrets among it. */
export function isKeyRoute({ route }: Pick<Call, "route">): boolean {
  return route.startsWith("/v1/key");
}

/** Control characters have no business in a log line or a database. */
function printable(text: string, max: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is being removed.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "").slice(0, max);
}

/** Whether a request was passed on by our own web process, which proves it. */
export function isOurOwnWeb(request: IncomingMessage, settings: GatewaySettings): boolean {
  const shown = request.headers[forwardTokenHeader];
  if (typeof shown !== "string") return false;
  const a = Buffer.from(shown);
  return [settings.forwardToken, settings.otherForwardToken ?? null].some((token) => {
    const b = Buffer.from(token ?? "");
    return token !== null && a.length === b.length && timingSafeEqual(a, b);
  });
}

function normalAddress(address: string): string {
  return address.trim().replace(/^::ffff:/, "");
}

/**
 * The caller's address: the peer's, unless the peer is a trusted proxy or our own web process, whose
 * word on where it had the request from is taken. Nobody else's `X-Forwarded-For` counts.
 */
export function clientAddress(request: IncomingMessage, settings: GatewaySettings): string {
  const forwarded = request.headers["x-forwarded-for"];
  const peer = normalAddress(request.socket.remoteAddress ?? "");
  if (forwarded === undefined) return peer;
  const hops = (Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? ""))
    .split(",")
    .map(normalAddress)
    .filter((hop) => hop !== "");
  let address = peer;
  if (isOurOwnWeb(request, settings)) address = hops.pop() ?? address;
  while (settings.trustedProxies.has(address)) {
    const hop = hops.pop();
    if (hop === undefined) break;
    address = hop;
  }
  return printable(address, 64);
}

/** Whether `Accept` names problem details, other than to refuse them. */
function wantsProblem({ headers: { accept = "" } }: IncomingMessage): boolean {
  if (!/problem/i.test(accept)) return false;
  return accept.split(",").some((range) => {
    const [type, ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    return (
      type === "application/problem+json" && !parameters.some((p) => /^q=0(?:\.0{0,3})?$/.test(p))
    );
  });
}

/** Clients are few and say the same each time. */
const userAgents = new Map<string, string>();
const userAgentsMax = 1_000;

/** What the caller's program calls itself, fit for logs. */
function userAgentOf({ headers }: IncomingMessage): string {
  const told = headers["user-agent"] ?? "";
  const known = userAgents.get(told);
  if (known !== undefined) return known;
  const userAgent = printable(redactKeys(told), 200);
  if (userAgents.size >= userAgentsMax) userAgents.clear();
  // What was changed is not kept: it may hold a key that was pasted there.
  if (userAgent === told) userAgents.set(told, userAgent);
  return userAgent;
}

export function openCall(
  request: IncomingMessage,
  response: ServerResponse,
  dialect: Dialect,
  settings: GatewaySettings,
): Call {
  return {
    id: newId("request"),
    startedAtMs: performance.now(),
    dialect,
    method: request.method ?? "GET",
    route: "",
    address: clientAddress(request, settings),
    userAgent: userAgentOf(request),
    secretHash: null,
    request,
    response,
    trace: null,
    key: null,
    hold: null,
    spending: null,
    admittedAt: null,
    bodyDigest: null,
    wantsProblem: wantsProblem(request),
    beforeAcquire: null,
    isClaimVoid: null,
    headers: {},
    unfinished: null,
  };
}

/** How a call ended, as far as its route knows. */
export type CallEnd = Pick<EndedRequest, "status" | "outcome" | "inputTokens" | "outputTokens"> &
  Partial<Pick<EndedRequest, "errorCode" | "details" | "firstByteMs" | "estimated">> & {
    costNanos: bigint;
    /** For calls without a hold, the model that was asked for. */
    model?: string;
  };

/** Puts a call's end into the books; resolves when it is durable. The key must be known. */
export async function settleCall(gateway: Gateway, call: Call, end: CallEnd): Promise<Settlement> {
  const { key, hold, spending } = call;
  if (!key) throw new Error("a call without a known key has nothing to settle");
  const { settler, leasedSettler } = gateway;
  const settle = (request: EndedRequest) =>
    spending ? leasedSettler.settle(request, spending) : settler.settle(request);
  const endedAtMs = performance.now();
  const endedRequest: EndedRequest = {
    id: call.id,
    at: call.admittedAt,
    held: hold !== null,
    workspaceId: key.workspaceId,
    keyId: key.keyId,
    secretId: key.secretId,
    method: call.method,
    path: call.route,
    model: hold?.model ?? end.model ?? "",
    stream: hold?.stream ?? false,
    status: end.status,
    outcome: end.outcome,
    errorCode: end.errorCode ?? null,
    details: end.details ?? null,
    inputTokens: end.inputTokens,
    outputTokens: end.outputTokens,
    costNanos: end.costNanos,
    latencyMs: Math.round(performance.now() - call.startedAtMs),
    firstByteMs: end.firstByteMs ?? null,
    address: call.address,
    userAgent: call.userAgent,
    estimated: end.estimated ?? false,
  };
  try {
    const attributes = { "gatehouse.outcome": end.outcome };
    return await traced("settlement", attributes, () => settle(endedRequest), call.trace);
  } finally {
    countSettlement(performance.now() - endedAtMs);
    // Where the books refused the row its hold is a stray from here on, and is given back as one.
    gateway.openHolds.delete(call.id);
  }
}
