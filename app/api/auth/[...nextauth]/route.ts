import { NextRequest } from "next/server";
import { arrive, pageOfFailure } from "@/app/api/auth/[...nextauth]/arrive";
import { getDb } from "@/db/client";
import { authHandlers, enterWith, finishProviderTrip, visitorOf } from "@/lib/auth/auth";
import { takeIntent } from "@/lib/auth/intent";
import { isOwnOrigin, ownOrigins, provenanceOf } from "@/lib/auth/origin";
import { listProviders } from "@/lib/auth/providers";
import { findScope } from "@/lib/auth/session";
import { appOrigin, readEnv } from "@/lib/env";
import { usdToNanos } from "@/lib/money";

/*
 * Our pages sign in and out by actions and need none of these addresses but the one that providers send browsers
 * back to; the others are for programs that speak Auth.js. Its own pages and its redirects to addresses from the
 * query have no use here and stay shut.
 */
const readable = ["/api/auth/csrf", "/api/auth/session"];
const writable = ["/api/auth/callback/credentials", "/api/auth/signout"];
const callbackPath = "/api/auth/callback/";

/** What a provider's answer is made of; Auth.js would take addresses to lead to from anything else. */
const answerParameters = ["code", "state", "iss", "error", "error_description"];

/** The request with those parameters of its query alone. */
function withQuery(request: NextRequest, names: readonly string[] = []): NextRequest {
  const url = new URL(request.nextUrl.pathname, request.nextUrl);
  for (const name of names) {
    const value = request.nextUrl.searchParams.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  return new NextRequest(url, request);
}

function answerNothing(): Response {
  return Response.json({ message: "Not found" }, { status: 404 });
}

function isProviderCallback(pathname: string): boolean {
  return listProviders().some(({ id }) => pathname === `${callbackPath}${id}`);
}

/** A browser comes back from a provider. */
async function comeBack(request: NextRequest): Promise<Response> {
  const intent = await takeIntent();
  const context = {
    db: getDb(),
    intent,
    scope: await findScope(),
    visitor: visitorOf(request.headers),
    welcomeNanos: usdToNanos(readEnv().WELCOME_CREDIT_USD),
  };
  let page: string | null = null;
  const answer = await finishProviderTrip(
    withQuery(request, answerParameters),
    async (identity) => {
      const arrival = await arrive(identity, context);
      page = arrival.kind === "show" ? arrival.page : await enterWith(arrival.outcome, arrival.to);
      return page;
    },
  );
  // Nobody arrived: the provider refused, or its answer isn't one to what this browser asked.
  const wasCancelled = request.nextUrl.searchParams.get("error") === "access_denied";
  const target = page ?? pageOfFailure(intent, wasCancelled ? "cancelled" : "provider");
  const headers = new Headers({ location: `${appOrigin()}${target}` });
  headers.set("referrer-policy", "no-referrer");
  for (const cookie of answer.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}

export async function GET(request: NextRequest): Promise<Response> {
  const { pathname } = request.nextUrl;
  if (isProviderCallback(pathname)) return await comeBack(request);
  if (!readable.includes(pathname)) return answerNothing();
  return await authHandlers.GET(withQuery(request));
}

/** Auth.js compares a token with a cookie, and a sibling domain could plant both; so the origin comes first. */
export async function POST(request: NextRequest): Promise<Response> {
  if (!isOwnOrigin(provenanceOf(request.headers), ownOrigins())) {
    return Response.json({ message: "Forbidden" }, { status: 403 });
  }
  if (!writable.includes(request.nextUrl.pathname)) return answerNothing();
  return await authHandlers.POST(withQuery(request));
}
