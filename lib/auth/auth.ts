import "server-only";
import NextAuth, { AuthError, CredentialsSignin, type NextAuthConfig } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { cache } from "react";
import { getDb } from "@/db/client";
import { clientAddress } from "@/lib/auth/address";
import { safeCallbackPath } from "@/lib/auth/callback-url";
import { signOutSession, touchSession } from "@/lib/auth/mutations";
import { findLiveSession, scopeOf } from "@/lib/auth/queries";
import { SignIn } from "@/lib/auth/schema";
import { signInWithPassword, type Visitor } from "@/lib/auth/sign-in";
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
  const session = await findLiveSession(getDb(), sessionId);
  if (session?.isSeenLongAgo) await touchSession(getDb(), sessionId);
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
      const opened = await signInWithPassword(getDb(), parsed.data, visitorOf(request.headers));
      return { id: opened.userId, sessionId: opened.sessionId };
    } catch (error) {
      if (error instanceof AppError) throw new SignInRefused(error);
      throw error;
    }
  },
});

function cookieNamed(name: string, isSecure: boolean) {
  return {
    name: `${isSecure ? "__Host-" : ""}gatehouse.${name}`,
    options: { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure } as const,
  };
}

/** Made at the first request rather than on import, because a build has no environment. */
function authConfig(): NextAuthConfig {
  const env = readEnv();
  const origin = appOrigin(env);
  // Auth.js would otherwise derive its own address from headers that a client may have written.
  process.env.AUTH_URL = origin;
  const isSecure = origin.startsWith("https:");
  return {
    secret: env.AUTH_SECRET,
    trustHost: true,
    basePath: "/api/auth",
    session: { strategy: "jwt", maxAge: 30 * 24 * 60 * 60 },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    useSecureCookies: isSecure,
    cookies: {
      sessionToken: cookieNamed("session", isSecure),
      csrfToken: cookieNamed("csrf", isSecure),
      callbackUrl: cookieNamed("callback", isSecure),
    },
    providers: [password],
    callbacks: {
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
        if (session) await signOutSession(getDb(), scopeOf(session), nowhere);
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

/** Signs in and sets the cookie. Throws an AppError that says why not. */
export async function signInAndSetCookie(email: string, password: string): Promise<void> {
  try {
    await nextAuth.signIn("credentials", { email, password, redirect: false, redirectTo: "/" });
  } catch (error) {
    if (error instanceof SignInRefused) throw error.reason;
    throw error;
  }
}

/** Takes the cookie away; the session's row is the caller's to end. */
export async function clearSessionCookie(): Promise<void> {
  await nextAuth.signOut({ redirect: false, redirectTo: "/" });
}
