import { linkPurposes } from "@/app/(auth)/account-mails";
import { cookieNamed } from "@/lib/auth/cookies";
import { linkMinutes } from "@/lib/auth/mail-token";
import { appOrigin } from "@/lib/env";

/**
 * Where mailed links lead. The token moves into a cookie and the browser on to a page without it in the address, so
 * that it stays in no history and no `Referer`. Nothing is looked up or used: programs that open the links
 * of a mail to look at them change nothing.
 */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ purpose: string }> },
): Promise<Response> {
  const { purpose } = await params;
  const target = Object.hasOwn(linkPurposes, purpose) ? linkPurposes[purpose] : undefined;
  if (!target) return Response.json({ message: "Not found" }, { status: 404 });
  const token = new URL(request.url).searchParams.get("token") ?? "";
  const headers = new Headers({
    location: `${appOrigin()}${target.page}`,
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-store",
  });
  const cookie = cookieNamed("link");
  // Also one that can't be right is kept, so that the page says so.
  const value = /^[\w.-]{1,200}$/.test(token) ? token : "none";
  const seconds = linkMinutes[target.purpose] * 60;
  headers.append(
    "set-cookie",
    `${cookie.name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${cookie.options.secure ? "; Secure" : ""}`,
  );
  return new Response(null, { status: 303, headers });
}
