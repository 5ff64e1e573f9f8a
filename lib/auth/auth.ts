import "server-only";
import { cookies } from "next/headers";
import type { NextRequest } from "next/server";
import NextAuth, { AuthError, CredentialsSignin, type NextAuthConfig } from "next-auth";
import { encode } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import { cache } from "react";
import { getDb } from "@/db/client";
import { clientAddress } from "@/lib/auth/address";
import { homePath, safeCallbackPath } from "@/lib/auth/callback-url";
import { challengeMinutes } from "@/lib/auth/challenge";
import type { ProviderIdentity } from "@/lib/auth/connected";
import { cookieNamed, dropPassing, keepPassing, readWishedWorkspace } from "@/lib/auth/cookies";
import { summarizeError } from "@/lib/auth/error-summary";
import { identityOf } from "@/lib/auth/identity";
import { signOutSession, touchSession } from "@/lib/auth/mutations";
import { authProviders, type ProviderId } from "@/lib/auth/providers";
import { findLiveSession, signedInOf } from "@/lib/auth/queries";
import { SignIn } from "@/lib/auth/schema";
import { type SignInOutcome, signInWithPassword, type Visitor } from "@/lib/auth/sign-in";
import { appOrigin, readEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";

/*
 * The only file that knows Auth.js. Its cookie is an encrypted token that carries nothing but the id of a
 * row in `sessions`; the row decides, each time, whether somebody is signed in.
 */
declare module "next-auth" {
  interface User {
    sessionId?: string;
  }
  interface Session {
    sessionId?: string;
  }
}
declare module "@auth/core/jwt" {
  interface JWT {
    sid?: string;
  }
}

/** Carries the reason of a refused sign-in through Auth.js to whoever asked for it. */
class SignInRefused extends CredentialsSignin {
  readonly reason: AppError;

  constructor(reason: AppError) {
    super(reason.code);
    this.reason = reason;
    this.code = reason.code.toLowerCase();
  }
}

/** One look at the row for a request, however many ask. */
export const loadSession = cache(async (sessionId: string) => {
  const session = await findLiveSession(getDb(), sessionId, await readWishedWorkspace());
  if (session?.isSeenLongAgo) await touchSession(getDb(), signedInOf(session));
  return session;
});

/** For an audit entry whose request isn't at hand. */
const nowhere = { address: null, userAgent: null };

export function visitorOf(headers: Pick<Headers, "get">): Visitor {
  return { ...clientAddress(headers), userAgent: headers.get("user-agent") };
}

const password = Credentials({
  credentials: { email: {}, password: { type: "password" } },
  async authorize(credentials, request) {
    const parsed = SignIn.safeParse(credentials);
    if (!parsed.success) throw new SignInRefused(new AppError("VALIDATION_ERROR"));
    try {
      const outcome = await signInWithPassword(getDb(), parsed.data, visitorOf(request.headers));
      if (outcome.kind === "session") return { id: outcome.userId, sessionId: outcome.sessionId };
      throw new SignInRefused(
        new AppError("UNAUTHENTICATED", "Sign in on our page: a code is due."),
      );
    } catch (error) {
      if (error instanceof AppError) throw new SignInRefused(error);
      throw error;
    }
  },
});

/** Thirty days: the session's row ends then as well. */
const sessionSeconds = 30 * 24 * 60 * 60;

/** Made at the first request rather than on import, because a build has no environment. */
function authConfig(onArrival?: OnArrival): NextAuthConfig {
  const env = readEnv();
  const origin = appOrigin(env);
  // Auth.js would otherwise derive its own address from headers that a client may have written.
  process.env.AUTH_URL = origin;
  const isSecure = origin.startsWith("https:");
  return {
    // The first one encrypts; cookies of the other are still read while the secret is being changed.
    secret: env.AUTH_SECRET_PREVIOUS
      ? [env.AUTH_SECRET, env.AUTH_SECRET_PREVIOUS]
      : env.AUTH_SECRET,
    trustHost: true,
    basePath: "/api/auth",
    session: { strategy: "jwt", maxAge: sessionSeconds },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    useSecureCookies: isSecure,
    cookies: {
      sessionToken: cookieNamed("session", isSecure),
      csrfToken: cookieNamed("csrf", isSecure),
      callbackUrl: cookieNamed("callback", isSecure),
      state: cookieNamed("state", isSecure),
      nonce: cookieNamed("nonce", isSecure),
      pkceCodeVerifier: cookieNamed("pkce", isSecure),
    },
    providers: [password, ...authProviders(env)],
    callbacks: {
      /** Whoever comes from a provider is ours to let in: the answer is the page they go to. */
      async signIn({ account, profile }) {
        if (account?.type === "credentials") return true;
        const identity = account && profile ? identityOf(account, profile) : null;
        return identity && onArrival ? await onArrival(identity) : false;
      },
      async jwt({ token, user }) {
        if (user?.sessionId) return { sub: token.sub, sid: user.sessionId };
        if (!token.sid) return null;
        // An unreachable database ends no session: whoever loads it next fails with the true reason.
        const isOver = await loadSession(token.sid).then(
          (session) => session === null,
          () => false,
        );
        return isOver ? null : token;
      },
      session({ session, token }) {
        return { expires: session.expires, sessionId: token.sid };
      },
      redirect({ url }) {
        return new URL(safeCallbackPath(url, [origin]), origin).toString();
      },
    },
    events: {
      /** Our own action has ended the row already; this is for who signs out by Auth.js' address. */
      async signOut(message) {
        const sessionId = "token" in message ? message.token?.sid : undefined;
        const session = sessionId ? await loadSession(sessionId) : null;
        if (session) await signOutSession(getDb(), signedInOf(session), nowhere);
      },
    },
    logger: {
      error(error) {
        // A wrong password is no fault of the service, and it has its row in the audit log.
        if (error instanceof CredentialsSignin) return;
        // Its message and cause may quote the request; the type survives minification, the name doesn't.
        log.error({ type: error instanceof AuthError ? error.type : error.name }, "auth failed");
      },
      warn(code) {
        log.warn({ code }, "auth warning");
      },
      debug() {},
    },
  };
}

const nextAuth = NextAuth(() => authConfig());

export const authHandlers = nextAuth.handlers;

/** The id of the session that the request's cookie carries, or null when it is over. Load it to act on it. */
export const readSessionId = cache(async (): Promise<string | null> => {
  const session = await nextAuth.auth();
  return session?.sessionId ?? null;
});

/** Sets the cookie of a session that was just opened. */
export async function setSessionCookie(session: {
  userId: string;
  sessionId: string;
}): Promise<void> {
  const cookie = cookieNamed("session");
  const token = await encode({
    token: { sub: session.userId, sid: session.sessionId },
    secret: readEnv().AUTH_SECRET,
    salt: cookie.name,
    maxAge: sessionSeconds,
  });
  (await cookies()).set(cookie.name, token, { ...cookie.options, maxAge: sessionSeconds });
}

/** Lets the browser in, or has it ask for the second factor. Answers the page to go to. */
export async function enterWith(outcome: SignInOutcome, path: string): Promise<string> {
  if (outcome.kind === "session") {
    await setSessionCookie(outcome);
    return path;
  }
  await keepPassing("challenge", outcome.token, challengeMinutes);
  await dropPassing("link");
  return withCallback("/sign-in/code", path);
}

/** A page of signing in that leads on to `path`; the overview needs no mention. */
function withCallback(page: string, path: string): string {
  return path === homePath ? page : `${page}?callbackUrl=${encodeURIComponent(path)}`;
}

/** What the app does with somebody whom a provider vouches for; answers the path to go to. */
export type OnArrival = (identity: ProviderIdentity) => Promise<string>;

/** The provider's page to send the browser to; the cookies that its answer is checked with are set. */
export async function beginProviderTrip(
  provider: ProviderId,
  params: Record<string, string> = {},
): Promise<string> {
  const away = { redirect: false, redirectTo: "/" };
  const address: unknown = await nextAuth.signIn(provider, away, params).catch((error: unknown) => {
    log.warn({ provider, error: summarizeError(error) }, "a provider doesn't answer");
    return "/";
  });
  const url = new URL(typeof address === "string" ? address : "/", appOrigin());
  if (url.origin === appOrigin()) {
    throw new AppError("UNAVAILABLE", "The provider doesn’t answer. Try again shortly.");
  }
  return url.toString();
}

/** The browser's return from a provider: state, nonce, PKCE and tokens are checked before `onArrival` hears of it. */
export async function finishProviderTrip(
  request: NextRequest,
  onArrival: OnArrival,
): Promise<Response> {
  return await NextAuth(() => authConfig(onArrival)).handlers.GET(request);
}

/** Takes the cookie away; the session's row is the caller's to end. */
export async function clearSessionCookie(): Promise<void> {
  await nextAuth.signOut({ redirect: false, redirectTo: "/" });
}
