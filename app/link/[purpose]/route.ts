import { linkPurposes } from "@/app/(auth)/account-mails";
import { invitationPath } from "@/app/(auth)/invitation/shown-invitation";
import { cookieNamed, type PassingCookie } from "@/lib/auth/cookies";
import { linkMinutes } from "@/lib/auth/mail-token";
import { appOrigin } from "@/lib/env";

interface LinkTarget {
  page: string;
  cookie: PassingCookie;
  /** For how long the browser keeps the token. */
  minutes: number;
}

function targetOf(name: string): LinkTarget | null {
  // An invitation lasts longer than signing in or up on its way, which has links of its own.
  if (name === "invitation") {
    return { page: invitationPath, cookie: "invitation", minutes: 24 * 60 };
  }
  const link = Object.hasOwn(linkPurposes, name) ? linkPurposes[name] : undefined;
  if (!link) return null;
  return { page: link.page, cookie: "link", minutes: linkMinutes[link.purpose] };
}

/**
 * Where mailed links lead. The token moves into a cookie and the browser on to a page without it in the address, so
 * that it stays in no history and no `Referer`. Nothing is looked up or used: programs that open the links
 * of a mail to look at them change nothing.
 */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ purpose: string }> },
): Promise<Response> {
  const target = targetOf((await params).purpose);
  if (!target) return Response.json({ message: "Not found" }, { status: 404 });
  const token = new URL(request.url).searchParams.get("token") ?? "";
  const headers = new Headers({
    location: `${appOrigin()}${target.page}`,
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-store",
  });
  const cookie = cookieNamed(target.cookie);
  // Also one that can't be right is kept, so that the page says so.
  const value = /^[\w.-]{1,200}$/.test(token) ? token : "none";
  headers.append(
    "set-cookie",
    `${cookie.name}=${value}; Path=/; Max-Age=${target.minutes * 60}; HttpOnly; SameSite=Lax${cookie.options.secure ? "; Secure" : ""}`,
  );
  return new Response(null, { status: 303, headers });
}
