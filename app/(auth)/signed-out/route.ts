const pageTo = (path: string) =>
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Signed out</title>' +
  `<p>You are signed out. <a href="${path}">Go on</a></p></html>`;

/**
 * Where signing out ends: the browser forgets what it kept of our pages, the ones behind Back included, and goes
 * on to the sign-in page, or to the invitation that asked for another account. It is a document and no redirect,
 * because the framework would follow a redirect by itself and the browser never see these headers. Cookies stay,
 * because clearing them would sign people out of everything else on the domain; the session's own is gone
 * already. Another site can't make a browser forget.
 */
export function GET(request: Request): Response {
  const isOurs = request.headers.get("sec-fetch-site") === "same-origin";
  const isInvited = new URL(request.url).searchParams.get("to") === "invitation";
  const path = isInvited ? "/invitation" : "/sign-in";
  return new Response(pageTo(path), {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      Refresh: `0;url=${path}`,
      "Cache-Control": "private, no-store",
      ...(isOurs ? { "Clear-Site-Data": '"cache", "storage"' } : {}),
    },
  });
}
