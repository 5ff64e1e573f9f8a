import "server-only";
import type { Route } from "next";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { loadSession, readSessionId } from "@/lib/auth/auth";
import { signInPath } from "@/lib/auth/callback-url";
import { type LiveSession, scopeOf, signedInOf } from "@/lib/auth/queries";
import { pathHeader } from "@/lib/auth/request-headers";
import { AppError } from "@/lib/errors";
import { may, type PermissionName } from "@/lib/permissions";
import type { Scope, SignedIn } from "@/lib/scope";

/** Who is signed in, for showing. */
export interface Viewer {
  userId: string;
  name: string;
  email: string;
  /** Null for who is in none. */
  workspace: { id: string; name: string; isSuspended: boolean } | null;
}

const readLiveSession = cache(async (): Promise<LiveSession | null> => {
  const sessionId = await readSessionId();
  return sessionId === null ? null : await loadSession(sessionId);
});

/**
 * The caller's scope, suspended or not; null for visitors and for who is in no workspace. Only for coming back
 * from a provider: everything else requires one.
 */
export async function findScope(): Promise<Scope | null> {
  const session = await readLiveSession();
  return session ? scopeOf(session) : null;
}

/** Who is signed in, in whatever workspace or in none; null for visitors. */
export async function findSignedIn(): Promise<SignedIn | null> {
  const session = await readLiveSession();
  return session ? signedInOf(session) : null;
}

/**
 * For what somebody does as themselves and not in a workspace, such as joining one. Throws UNAUTHENTICATED.
 */
export async function requireSignedIn(): Promise<SignedIn> {
  const signedIn = await findSignedIn();
  if (!signedIn) throw new AppError("UNAUTHENTICATED");
  return signedIn;
}

/**
 * The only source of a scope for actions and route handlers. Throws UNAUTHENTICATED without a live session,
 * ACCOUNT_SUSPENDED where the workspace is, and FORBIDDEN for who is in none.
 */
export async function requireScope(): Promise<Scope> {
  const session = await readLiveSession();
  if (!session) throw new AppError("UNAUTHENTICATED");
  if (session.membership?.workspace.isSuspended) throw new AppError("ACCOUNT_SUSPENDED");
  const scope = scopeOf(session);
  if (!scope)
    throw new AppError("FORBIDDEN", "You aren’t in a workspace any more. Reload the page.");
  return scope;
}

/**
 * The same for pages: leads visitors to the sign-in page, which leads back here, members of a suspended
 * workspace to its notice, and who is in none to where they can make one. A page that its reader may not
 * read isn't there. Each page asks by itself, because layouts don't run again between pages.
 */
export async function requirePageScope(permission?: PermissionName): Promise<Scope> {
  const session = await readLiveSession();
  if (!session) redirect(signInPath((await headers()).get(pathHeader)) as Route);
  if (session.membership?.workspace.isSuspended) redirect("/suspended" as Route);
  const scope = scopeOf(session);
  if (!scope) redirect("/no-workspace" as Route);
  if (permission && !may(scope.role, permission)) notFound();
  return scope;
}

/** Who is signed in, or null. Says nothing about whether they may act; ask for a scope for that. */
export async function getViewer(): Promise<Viewer | null> {
  const session = await readLiveSession();
  if (!session) return null;
  return {
    userId: session.user.id,
    name: session.user.name,
    email: session.user.email,
    workspace: session.membership?.workspace ?? null,
  };
}
