import { NextRequest } from "next/server";
import { authHandlers } from "@/lib/auth/auth";
import { isOwnOrigin, ownOrigins, provenanceOf } from "@/lib/auth/origin";

/*
 * Our pages sign in and out by actions and need none of these addresses; they are for programs that speak
 * Auth.js. Its own pages and its redirects to addresses from the query have no use here and stay shut.
 */
const readable = ["/api/auth/csrf", "/api/auth/session"];
const writable = ["/api/auth/callback/credentials", "/api/auth/signout"];

/** The request without its query, which Auth.js would take addresses to lead to from. */
function withoutQuery(request: NextRequest): NextRequest {
  return new NextRequest(new URL(request.nextUrl.pathname, request.nextUrl), request);
}

function answerNothing(): Response {
  return Response.json({ message: "Not found" }, { status: 404 });
}

export async function GET(request: NextRequest): Promise<Response> {
  if (!readable.includes(request.nextUrl.pathname)) return answerNothing();
  return await authHandlers.GET(withoutQuery(request));
}

/** Auth.js compares a token with a cookie, and a sibling domain could plant both; so the origin comes first. */
export async function POST(request: NextRequest): Promise<Response> {
  if (!isOwnOrigin(provenanceOf(request.headers), ownOrigins())) {
    return Response.json({ message: "Forbidden" }, { status: 403 });
  }
  if (!writable.includes(request.nextUrl.pathname)) return answerNothing();
  return await authHandlers.POST(withoutQuery(request));
}
