import "server-only";
import { cookies } from "next/headers";
import { appOrigin } from "@/lib/env";
import { isId } from "@/lib/id";

/** How every cookie of ours is set; `__Host-` and `Secure` over https, whatever a proxy claims. */
export function cookieNamed(name: string, isSecure = appOrigin().startsWith("https:")) {
  return {
    name: `${isSecure ? "__Host-" : ""}gatehouse.${name}`,
    options: { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure } as const,
  };
}

/**
 * What a browser keeps between two pages of signing in. `link`: a mailed link's token, so that it doesn't stay in the
 * address. `browser`: that this browser asked for a link. `challenge`: a sign-in that owes its second factor.
 * `intent`: what a trip to a provider is for. `invitation`: a mailed invitation's token, on the way through
 * signing in or up.
 */
export type PassingCookie = "link" | "browser" | "challenge" | "intent" | "invitation";

export async function readPassing(name: PassingCookie): Promise<string | null> {
  const value = (await cookies()).get(cookieNamed(name).name)?.value;
  return value !== undefined && value.length <= 4_096 ? value : null;
}

/** Only in an action or a route handler. */
export async function keepPassing(
  name: PassingCookie,
  value: string,
  minutes: number,
): Promise<void> {
  const cookie = cookieNamed(name);
  (await cookies()).set(cookie.name, value, { ...cookie.options, maxAge: minutes * 60 });
}

/** Only in an action or a route handler. */
export async function dropPassing(name: PassingCookie): Promise<void> {
  const cookie = cookieNamed(name);
  (await cookies()).set(cookie.name, "", { ...cookie.options, maxAge: 0 });
}

const wishSeconds = 365 * 24 * 60 * 60;

/** The workspace that was chosen last in this browser. It is a wish: membership decides at each request. */
export async function readWishedWorkspace(): Promise<string | null> {
  const value = (await cookies()).get(cookieNamed("workspace").name)?.value ?? "";
  return isId("workspace", value) ? value : null;
}

/** Only in an action or a route handler. */
export async function keepWishedWorkspace(workspaceId: string): Promise<void> {
  const cookie = cookieNamed("workspace");
  (await cookies()).set(cookie.name, workspaceId, { ...cookie.options, maxAge: wishSeconds });
}
