import "server-only";
import type { Route } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { loadSession, readSessionId } from "@/lib/auth/auth";
import { signInPath } from "@/lib/auth/callback-url";
import { type LiveSession, scopeOf } from "@/lib/auth/queries";
import { pathHeader } from "@/lib/auth/request-headers";
import { AppError } from "@/lib/errors";
import type { Role, Scope } from "@/lib/scope";

/** Who is signed in, for showing. */
export interface Viewer {
  userId: string;
  name: string;
  email: string;
  role: Role;
  workspace: { id: string; name: string; isSuspended: boolean };
}

const readLiveSession = cache(async (): Promise<LiveSession | null> => {
  const sessionId = await readSessionId();
  return sessionId === null ? null : await loadSession(sessionId);
});

/** The caller's scope, suspended or not; null for visitors. Only for leaving: everything else requires one. */
export async function findScope(): Promise<Scope | null> {
  const session = await readLiveSession();
  return session ? scopeOf(session) : null;
}

/**
 * The only source of a scope for actions and route handlers. Throws UNAUTHENTICATED without a live session and
 * ACCOUNT_SUSPENDED where the workspace is.
 */
export async function requireScope(): Promise<Scope> {
  const session = await readLiveSession();
  if (!session) throw new AppError("UNAUTHENTICATED");
  if (session.workspace.isSuspended) throw new AppError("ACCOUNT_SUSPENDED");
  return scopeOf(session);
}

/**
 * The same for pages: leads visitors to the sign-in page, which leads back here, and members of a suspended
 * workspace to its notice. Each page asks by itself, because layouts don't run again between pages.
 */
export async function requirePageScope(): Promise<Scope> {
  const session = await readLiveSession();
  if (!session) redirect(signInPath((await headers()).get(pathHeader)) as Route);
  if (session.workspace.isSuspended) redirect("/suspended" as Route);
  return scopeOf(session);
}

/** Who is signed in, or null. Says nothing about whether they may act; ask for a scope for that. */
export async function getViewer(): Promise<Viewer | null> {
  const session = await readLiveSession();
  if (!session) return null;
  return {
    userId: session.user.id,
    name: session.user.name,
    email: session.user.email,
    role: session.role,
    workspace: session.workspace,
  };
}
