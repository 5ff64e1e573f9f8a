import { appOrigin, type Environment, readEnv } from "@/lib/env";

/** The request headers that say where a state-changing request was made. */
export interface RequestProvenance {
  origin: string | null;
  secFetchSite: string | null;
}

/**
 * The origins whose pages may act: the configured one. Where none is configured the server is one that
 * somebody runs on their own machine, which people reach as localhost or by either loopback address.
 */
export function ownOrigins(env: Environment = readEnv()): string[] {
  if (env.APP_ORIGIN) return [env.APP_ORIGIN];
  return [appOrigin(env), `http://127.0.0.1:${env.PORT}`, `http://[::1]:${env.PORT}`];
}

/**
 * True when a request that changes something came from one of our own pages. The framework compares
 * `Origin` with `Host`, both of which a proxy may have from the client, and lets a request without `Origin`
 * pass; so it is compared with what the deployment says its address is, and absent or "null" is refused.
 */
export function isOwnOrigin(from: RequestProvenance, own: readonly string[]): boolean {
  if (from.secFetchSite === "cross-site") return false;
  return from.origin !== null && own.includes(from.origin);
}

/** Reads the two headers from any kind of header list. */
export function provenanceOf(headers: Pick<Headers, "get">): RequestProvenance {
  return { origin: headers.get("origin"), secFetchSite: headers.get("sec-fetch-site") };
}
