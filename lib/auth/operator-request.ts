import "server-only";
import type { NextRequest } from "next/server";
import { decode } from "next-auth/jwt";
import { getDb } from "@/db/client";
import { cookieNamed } from "@/lib/auth/cookies";
import { findLiveSession } from "@/lib/auth/queries";
import { readEnv } from "@/lib/env";

/** Whether a request comes from an operator's session; for where there is no page yet to ask for one. */
export async function isOperatorRequest(request: NextRequest): Promise<boolean> {
  const { name } = cookieNamed("session");
  const token = request.cookies.get(name)?.value;
  if (!token) return false;
  const claims = await decode({ token, secret: readEnv().AUTH_SECRET, salt: name }).catch(
    () => null,
  );
  if (!claims?.sid) return false;
  return (await findLiveSession(getDb(), claims.sid))?.isOperator ?? false;
}
