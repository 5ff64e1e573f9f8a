import "server-only";
import { eq } from "drizzle-orm";
import { Client } from "undici";
import type { Db } from "@/db/client";
import { upstreams } from "@/db/schema/models";
import { AppError } from "@/lib/errors";
import { AddressForbidden, checkHost, lookupPublic } from "@/lib/outbound-address";
import { credentialContext, unseal } from "@/lib/sealed";

/** From the look-up of the name to the head of the answer. */
const checkMsMax = 5_000;

/** What came of asking an upstream for its models, in words that hold nothing of its answer. */
export interface ConnectionCheck {
  isFine: boolean;
  sentence: string;
  /** Null where no answer came. */
  status: number | null;
  durationMs: number;
}

/**
 * Asks an upstream for its list of models, which costs nothing, with the credential that is kept and under
 * the rules that requests go out by. Throws NOT_FOUND, and CONFLICT for the built-in one.
 */
export async function checkConnection(
  db: Db,
  credentialKey: Uint8Array,
  id: string,
): Promise<ConnectionCheck> {
  const [upstream] = await db.select().from(upstreams).where(eq(upstreams.id, id));
  if (!upstream) throw new AppError("NOT_FOUND", "There is no such upstream. Reload the page.");
  const { kind, baseUrl, allowPrivate, credential: sealed } = upstream;
  if (kind === "simulated" || baseUrl === null) {
    throw new AppError("CONFLICT", "The simulated upstream is built in: it always answers.");
  }
  const opened = sealed && unseal(credentialKey, sealed, credentialContext(id));
  if (sealed && !opened) {
    const sentence = "The credential can’t be read under this AUTH_SECRET. Enter it again.";
    return { isFine: false, sentence, status: null, durationMs: 0 };
  }
  const startedMs = performance.now();
  const outcome = await ask(kind, baseUrl, allowPrivate, opened?.toString("utf8") ?? null);
  return { ...outcome, durationMs: Math.round(performance.now() - startedMs) };
}

type Outcome = Omit<ConnectionCheck, "durationMs">;

async function ask(
  kind: "openai" | "anthropic",
  baseUrl: string,
  allowPrivate: boolean,
  credential: string | null,
): Promise<Outcome> {
  const base = baseUrl.replace(/\/+$/, "");
  const target = new URL(kind === "openai" ? `${base}/models` : `${base}/v1/models`);
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), checkMsMax);
  let client: Client | undefined;
  try {
    if (!allowPrivate) checkHost(target);
    client = new Client(target.origin, {
      connect: { timeout: checkMsMax, ...(allowPrivate ? {} : { lookup: lookupPublic }) },
      pipelining: 1,
    });
    const { statusCode } = await client.request({
      method: "GET",
      path: target.pathname,
      headers: {
        accept: "application/json",
        "user-agent": "gatehouse",
        ...shown(kind, credential),
      },
      signal: aborter.signal,
    });
    return { isFine: statusCode === 200, sentence: sentenceOf(statusCode), status: statusCode };
  } catch (error) {
    return { isFine: false, sentence: failureOf(error, aborter.signal), status: null };
  } finally {
    clearTimeout(timer);
    // The answer's body is of no interest, however long it is.
    client?.destroy().catch(() => undefined);
  }
}

function shown(kind: "openai" | "anthropic", credential: string | null): Record<string, string> {
  const own: Record<string, string> =
    kind === "anthropic" ? { "anthropic-version": "2023-06-01" } : {};
  if (credential === null) return own;
  if (kind === "anthropic") return { ...own, "x-api-key": credential };
  return { authorization: `Bearer ${credential}` };
}

function sentenceOf(status: number): string {
  if (status === 200) return "It answers, and takes the credential.";
  if (status === 401 || status === 403) return "It answers, and refuses the credential.";
  if (status === 404) {
    return "It answers 404 for its list of models. The address may be wrong, or it has no such list.";
  }
  if (status === 429) return "It answers, and says that there were too many requests.";
  if (status >= 300 && status < 400) return "It answers with a redirect, which is not followed.";
  return `It answers with status ${status}.`;
}

function failureOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof AddressForbidden) {
    return "Its name leads to an address that isn’t public. Allow private addresses if it is yours.";
  }
  if (signal.aborted) return "It didn’t answer within 5 seconds.";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "Its name couldn’t be looked up.";
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "It didn’t answer within 5 seconds.";
  if (/CERT|TLS|SSL|SIGNED/.test(code)) return "Its certificate isn’t valid.";
  return "No connection could be made.";
}
