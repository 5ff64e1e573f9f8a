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
import type { Scope, SignedIn, SupportView } from "@/lib/scope";

/** Who is signed in, for showing. */
export interface Viewer {
  userId: string;
  name: string;
  email: string;
  /** Whether the operator's console is theirs to open. */
  isOperator: boolean;
  /** Null for who is in none. */
  workspace: {
    id: string;
    name: string;
    isSuspended: boolean;
    /** What the operator told the customer. */
    suspendedReason: string | null;
  } | null;
  /** Set while an operator looks at the workspace as support. */
  supportView: SupportView | null;
}

/** Somebody of the company's side. */
export interface Operator {
  userId: string;
  sessionId: string;
  name: string;
  email: string;
}

const readLiveSession = cache(async (): Promise<LiveSession | null> => {
  const sessionId = await readSessionId();
  return sessionId === null ? null : await loadSession(sessionId);
});

/**
 * The caller's scope, suspended or not; null for visitors, for who is in no workspace, and for who only looks at
 * one. Only for coming back from a provider: everything else requires one.
 */
export async function findScope(): Promise<Scope | null> {
  const session = await readLiveSession();
  const scope = session ? scopeOf(session) : null;
  return scope?.supportView ? null : scope;
}

/** Who is signed in, in whatever workspace or in none; null for visitors. */
export async function findSignedIn(): Promise<SignedIn | null> {
  const session = await readLiveSession();
  return session ? signedInOf(session) : null;
}

/**
 * For what somebody does as themselves and not in a workspace, such as joining one. Throws UNAUTHENTICATED, and
 * FORBIDDEN where an operator only looks.
 */
export async function requireSignedIn(): Promise<SignedIn> {
  const session = await readLiveSession();
  if (!session) throw new AppError("UNAUTHENTICATED");
  refuseLooking(session.membership?.supportView != null);
  return signedInOf(session);
}

/**
 * The source of a scope for route handlers that read: what a suspended workspace did can still be seen. Throws
 * UNAUTHENTICATED without a live session and FORBIDDEN for who is in no workspace.
 */
export async function requireScope(): Promise<Scope> {
  const session = await readLiveSession();
  if (!session) throw new AppError("UNAUTHENTICATED");
  const scope = scopeOf(session);
  if (!scope)
    throw new AppError("FORBIDDEN", "You aren’t in a workspace any more. Reload the page.");
  return scope;
}

/**
 * The only source of a scope for actions. Throws what `requireScope` throws, ACCOUNT_SUSPENDED where the workspace
 * is, and FORBIDDEN where an operator only looks.
 */
export async function requireActingScope(): Promise<Scope> {
  const scope = await requireScope();
  refuseLooking(scope.supportView !== undefined);
  const session = await readLiveSession();
  if (session?.membership?.workspace.isSuspended) throw new AppError("ACCOUNT_SUSPENDED");
  return scope;
}

/** A look at somebody's dashboard lets nothing be done, not even as oneself. */
function refuseLooking(isLooking: boolean): void {
  if (!isLooking) return;
  const message = "You are looking at this account as support, read-only. Leave the view to act.";
  throw new AppError("FORBIDDEN", message);
}

/** The operator who asks, for actions. Throws UNAUTHENTICATED, and for everybody else NOT_FOUND. */
export async function requireOperator(): Promise<Operator> {
  const session = await readLiveSession();
  if (!session) throw new AppError("UNAUTHENTICATED");
  if (!session.isOperator) throw new AppError("NOT_FOUND");
  return operatorOf(session);
}

/** The same for the pages of the console: for everybody else, signed in or not, they aren't there. */
export async function requirePageOperator(): Promise<Operator> {
  const session = await readLiveSession();
  if (!session?.isOperator) notFound();
  return operatorOf(session);
}

function operatorOf({ user, sessionId }: LiveSession): Operator {
  return { userId: user.id, sessionId, name: user.name, email: user.email };
}

/**
 * The same for pages: leads visitors to the sign-in page, which leads back here, and who is in no workspace to
 * where they can make one. A page that its reader may not read isn't there. Each page asks by itself, because
 * layouts don't run again between pages.
 */
export async function requirePageScope(permission?: PermissionName): Promise<Scope> {
  const session = await readLiveSession();
  if (!session) redirect(signInPath((await headers()).get(pathHeader)) as Route);
  const scope = scopeOf(session);
  if (!scope) redirect("/no-workspace" as Route);
  if (permission && !may(scope.role, permission)) notFound();
  return scope;
}

/**
 * For pages about the reader themselves: who looks at an account as support isn't in it, so they are led to what is
 * the account's.
 */
export async function requireOwnPageScope(): Promise<Scope> {
  const scope = await requirePageScope();
  if (scope.supportView) redirect("/settings/workspace" as Route);
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
    isOperator: session.isOperator,
    workspace: session.membership?.workspace ?? null,
    supportView: session.membership?.supportView ?? null,
  };
}
