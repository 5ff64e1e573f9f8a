import type postgres from "postgres";
import { z } from "zod";
import { codeOf, type Finding, findingsOf } from "@/lib/doctor/finding";
import type { Environment } from "@/lib/env";
import { tryMailServer } from "@/lib/mail/transport";
import { AddressForbidden, checkHost } from "@/lib/outbound-address";
import { credentialContext, credentialKeyOf, unseal } from "@/lib/sealed";

const waitMs = 10_000;

type Answer = { status: number } | { status: null; code: string };

/** One request to somebody else's server. Its body isn't looked at. */
async function ask(url: string, headers: Record<string, string>): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(waitMs);
    const answer = await fetch(url, { headers, signal, redirect: "manual" });
    await answer.body?.cancel();
    return { status: answer.status };
  } catch (error) {
    return { status: null, code: codeOf(error) };
  }
}

/** The mail server: that it answers, offers TLS where it has to, and takes the user and password. */
export async function checkMail(env: Environment): Promise<Finding[]> {
  const { ok, warn, fail } = findingsOf("mail");
  const { SMTP_URL: url, MAIL_FROM: from } = env;
  if (!url || !from) {
    const mend = "Set SMTP_URL and MAIL_FROM; until then nobody gets a mail, only /outbox.";
    return [warn("SMTP_URL", "no mail server is configured", mend)];
  }
  const outcome = await tryMailServer({ url, from });
  const { hostname } = new URL(url);
  if (outcome === null) return [ok(hostname, "answers, and takes our credentials")];
  const mend = "Check the host, the port, the user and the password of SMTP_URL.";
  return [fail(hostname, `can't be used: ${outcome}`, mend)];
}

/** Stripe: that the key opens it, and of which mode it is. */
export async function checkStripe(env: Environment): Promise<Finding[]> {
  const { ok, warn, fail, skip } = findingsOf("payments");
  const key = env.STRIPE_SECRET_KEY;
  if (key === undefined) return [skip("STRIPE_SECRET_KEY", "payments with Stripe are off")];
  const isTest = key.includes("_test_");
  const isPublic = env.APP_ORIGIN !== undefined && !/localhost|127\./.test(env.APP_ORIGIN);
  const mode =
    isTest && isPublic
      ? warn("mode", "is Stripe's test mode: no money is taken", "Use a live key to take money.")
      : ok("mode", isTest ? "test" : "live");
  const base = env.STRIPE_API_URL ?? "https://api.stripe.com";
  const url = new URL("/v1/events?limit=1", base).href;
  const answer = await ask(url, { authorization: `Bearer ${key}` });
  const subject = "STRIPE_SECRET_KEY";
  if (answer.status === null) {
    const says = `Stripe isn't reached (${answer.code})`;
    return [mode, fail(subject, says, "Let this machine reach api.stripe.com by https.")];
  }
  if (answer.status === 401) {
    return [mode, fail(subject, "Stripe refuses the key", "Copy the key anew from Stripe.")];
  }
  if (answer.status === 403) {
    const mend = "Give the restricted key the permissions that docs/payments.md lists.";
    return [mode, fail(subject, "the key may not read Events", mend)];
  }
  if (answer.status !== 200) {
    const mend = "See https://status.stripe.com, and ask again.";
    return [mode, warn(subject, `Stripe answers ${answer.status}`, mend)];
  }
  return [mode, ok(subject, "Stripe takes the key")];
}

const Upstream = z.object({
  id: z.string(),
  kind: z.enum(["simulated", "openai", "anthropic"]),
  base_url: z.string().nullable(),
  credential: z.instanceof(Buffer).nullable(),
  allow_private: z.boolean(),
});
type Upstream = z.infer<typeof Upstream>;

/** Each upstream that a model is answered by: that it is reached, and takes its credential. */
export async function checkUpstreams(sql: postgres.Sql, env: Environment): Promise<Finding[]> {
  const { skip } = findingsOf("upstreams");
  const rows = await sql`
    select id, kind, base_url, credential, allow_private from upstreams u
    where kind <> 'simulated' and (
      exists (select from models where upstream_id = u.id)
      or exists (select from model_fallbacks where upstream_id = u.id))
    order by id`;
  if (rows.length === 0) return [skip("providers", "none: the simulated upstream answers")];
  const key = credentialKeyOf(env.AUTH_SECRET);
  return await Promise.all(rows.map((row) => checkUpstream(Upstream.parse(row), key)));
}

async function checkUpstream(upstream: Upstream, key: Buffer): Promise<Finding> {
  const { ok, warn, fail } = findingsOf("upstreams");
  const { id, kind, base_url: baseUrl, credential, allow_private: allowPrivate } = upstream;
  const opened = credential && unseal(key, credential, credentialContext(id));
  if (credential && !opened) {
    const mend = "Set AUTH_SECRET_PREVIOUS to the former one, or write the credential anew.";
    return fail(id, "its credential was encrypted under another AUTH_SECRET", mend);
  }
  const url = `${(baseUrl ?? "").replace(/\/+$/, "")}/models`;
  try {
    if (!allowPrivate) checkHost(new URL(url));
  } catch (error) {
    const isForbidden = error instanceof AddressForbidden;
    const says = isForbidden ? "is at a private address" : "has no address";
    return fail(id, says, "Mend base_url, or allow private addresses for this upstream.");
  }
  const secret = opened?.toString("utf8");
  const named: Record<string, string> =
    kind === "anthropic" ? { "x-api-key": secret ?? "" } : { authorization: `Bearer ${secret}` };
  const answer = await ask(url, {
    ...(secret === undefined ? {} : named),
    ...(kind === "anthropic" ? { "anthropic-version": "2023-06-01" } : {}),
  });
  if (answer.status === null) {
    return fail(id, `isn't reached (${answer.code})`, "Check base_url, DNS and the firewall.");
  }
  if (answer.status === 401 || answer.status === 403) {
    return fail(id, "refuses our credential", "Write a new key into the configuration.");
  }
  if (answer.status >= 500) {
    return warn(id, `answers ${answer.status}`, "See the provider's status page.");
  }
  // Not every provider lists its models; any such answer shows that it is there.
  return ok(id, answer.status === 200 ? "answers, and takes our credential" : "answers");
}
