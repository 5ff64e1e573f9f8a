import { type NextRequest, NextResponse } from "next/server";
import { isConsolePath } from "@/lib/auth/console-path";
import { isOperatorRequest } from "@/lib/auth/operator-request";
import { isOwnOrigin, ownOrigins, provenanceOf } from "@/lib/auth/origin";
import { pathHeader, requestIdHeader } from "@/lib/auth/request-headers";
import { contentSecurityPolicy, logoPolicy } from "@/lib/content-security-policy";
import { readEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { hashesOfPage, readPageHashes } from "@/lib/page-hashes";

const policyHeader = "content-security-policy";

/**
 * Runs before every page: names the request, tells the page its own path, says which scripts it may run, and turns
 * away forms and actions that come from elsewhere. It protects nothing else; each page and each action asks for the
 * session itself. The console's pages do as well: here they are only made to look like no page at all, to the byte,
 * which a page that has begun can't.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const requestId = newId("request");
  if (actsFromElsewhere(request)) {
    return new NextResponse("This request didn't come from one of our pages.", {
      status: 403,
      headers: { "content-type": "text/plain; charset=utf-8", [requestIdHeader]: requestId },
    });
  }
  const headers = new Headers(request.headers);
  headers.set(requestIdHeader, requestId);
  headers.set(pathHeader, request.nextUrl.pathname + request.nextUrl.search);
  const { pathname } = request.nextUrl;
  const policy = /^\/brand\/[0-9a-f]{64}$/.test(pathname) ? logoPolicy : policyOf(pathname);
  // Next reads the nonce from the request's policy and puts it on the scripts that it writes.
  headers.set(policyHeader, policy);
  const response =
    isConsole(request) && !(await isOperatorRequest(request))
      ? NextResponse.rewrite(new URL(nowhere, request.url), { request: { headers } })
      : NextResponse.next({ request: { headers } });
  response.headers.set(requestIdHeader, requestId);
  response.headers.set(policyHeader, policy);
  return response;
}

/** An address that no page has. */
const nowhere = "/404-nowhere";

/** Actions aside: each asks for the operator itself, wherever it is sent to. */
function isConsole({ nextUrl, headers }: NextRequest): boolean {
  return isConsolePath(nextUrl.pathname) && !headers.has("next-action");
}

/** Pages that were built run what was hashed then; the others what carries the nonce of their request. */
function policyOf(pathname: string): string {
  const known = readPageHashes();
  const hashes = hashesOfPage(pathname, known);
  const env = readEnv();
  return contentSecurityPolicy({
    hashes: hashes ?? known.anywhere,
    nonce: hashes
      ? null
      : Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64"),
    formTargets: env.STRIPE_SECRET_KEY ? ["https://checkout.stripe.com"] : [],
    isDevelopment: env.NODE_ENV === "development",
    isHttps: env.APP_ORIGIN?.startsWith("https:") ?? false,
  });
}

/**
 * A POST to a page is a form or an action, with or without the header. Under `/api` only sign-in has forms; the
 * other routes there have checks of their own, such as a webhook's signature.
 */
function actsFromElsewhere(request: NextRequest): boolean {
  if (request.method !== "POST") return false;
  const { pathname } = request.nextUrl;
  const isForm = !pathname.startsWith("/api/") || pathname.startsWith("/api/auth/");
  if (!isForm && !request.headers.has("next-action")) return false;
  return !isOwnOrigin(provenanceOf(request.headers), ownOrigins());
}

export const config = {
  matcher: ["/((?!_next/static/|_next/image|v1/|icon\\.svg$|favicon\\.ico$).*)"],
};
