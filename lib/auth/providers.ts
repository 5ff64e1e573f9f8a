import "server-only";
import type { Provider } from "next-auth/providers";
import GitHub from "next-auth/providers/github";
import Google from "next-auth/providers/google";
import { z } from "zod";
import { type Environment, readEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";

export type ProviderId = "oidc" | "github" | "google";

/** A provider as its button shows it. */
export interface SignInProvider {
  id: ProviderId;
  name: string;
}

/** The providers that the deployment has configured, in the order of their buttons. */
export function listProviders(env: Environment = readEnv()): SignInProvider[] {
  return [
    ...(env.AUTH_OIDC_ISSUER ? [{ id: "oidc", name: env.AUTH_OIDC_NAME } as const] : []),
    ...(env.AUTH_GITHUB_ID ? [{ id: "github", name: "GitHub" } as const] : []),
    ...(env.AUTH_GOOGLE_ID ? [{ id: "google", name: "Google" } as const] : []),
  ];
}

/** The id, checked: throws NOT_FOUND for a provider that isn't configured. */
export function requireProvider(id: string): ProviderId {
  const provider = listProviders().find((one) => one.id === id);
  if (!provider) throw new AppError("NOT_FOUND", "This way to sign in isn’t offered here.");
  return provider.id;
}

/** A provider's name for people, also of one that isn't configured any more. */
export function providerName(id: string, env: Environment = readEnv()): string {
  const known: Record<string, string> = {
    oidc: env.AUTH_OIDC_NAME,
    github: "GitHub",
    google: "Google",
  };
  return known[id] ?? id;
}

const GitHubUser = z.object({ id: z.number(), login: z.string(), name: z.string().nullish() });
const GitHubEmails = z.array(
  z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }),
);

const githubApi = "https://api.github.com";

/** Auth.js' own reading of GitHub doesn't say whether the address is confirmed; this one does. */
export async function readGitHubUser(
  accessToken: string,
  ask: typeof fetch = fetch,
): Promise<Record<string, unknown>> {
  const headers = {
    authorization: `Bearer ${accessToken}`,
    accept: "application/vnd.github+json",
    "user-agent": "gatehouse",
  };
  const read = async (path: string): Promise<unknown> => {
    const answer = await ask(`${githubApi}${path}`, { headers, redirect: "error" });
    if (!answer.ok) throw new Error(`GitHub answered ${answer.status}`);
    return await answer.json();
  };
  const user = GitHubUser.parse(await read("/user"));
  const emails = GitHubEmails.parse(await read("/user/emails"));
  const email = emails.find((one) => one.primary);
  return {
    ...user,
    email: email?.email ?? null,
    email_verified: email?.verified ?? false,
  };
}

/** Auth.js' description of every configured provider. State, nonce and PKCE are checked wherever they exist. */
export function authProviders(env: Environment): Provider[] {
  const providers: Provider[] = [];
  const { AUTH_OIDC_ISSUER: issuer } = env;
  if (issuer) {
    providers.push({
      id: "oidc",
      name: env.AUTH_OIDC_NAME,
      type: "oidc",
      issuer,
      clientId: env.AUTH_OIDC_CLIENT_ID ?? "",
      clientSecret: env.AUTH_OIDC_CLIENT_SECRET ?? "",
      checks: ["pkce", "state", "nonce"],
      authorization: { params: { scope: "openid profile email" } },
      // The id token is checked all the same; a strict provider tells the address at its own endpoint only.
      idToken: false,
    });
  }
  if (env.AUTH_GITHUB_ID) {
    providers.push(
      GitHub({
        clientId: env.AUTH_GITHUB_ID,
        clientSecret: env.AUTH_GITHUB_SECRET ?? "",
        checks: ["pkce", "state"],
        userinfo: {
          url: `${githubApi}/user`,
          async request({ tokens }: { tokens: { access_token?: string } }) {
            return await readGitHubUser(tokens.access_token ?? "");
          },
        },
      }),
    );
  }
  if (env.AUTH_GOOGLE_ID) {
    providers.push(
      Google({
        clientId: env.AUTH_GOOGLE_ID,
        clientSecret: env.AUTH_GOOGLE_SECRET ?? "",
        checks: ["pkce", "state", "nonce"],
      }),
    );
  }
  return providers;
}
