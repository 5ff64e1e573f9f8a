/** Where a sign-in leads when nobody asked for a page. */
export const homePath = "/overview";

const lengthMax = 2_048;
/** Only there to resolve paths against; never reached. */
const base = "http://callback.invalid";

/**
 * The page to go to after signing in, as a path on our own origin. Takes what came in the address bar:
 * a path, or a whole address of one of `ownOrigins`. It is parsed the way a browser would and written anew, so
 * that no backslash, tab or second slash survives; whatever isn't ours leads to the overview.
 */
export function safeCallbackPath(given: unknown, ownOrigins: readonly string[] = []): string {
  if (typeof given !== "string" || given === "" || given.length > lengthMax) return homePath;
  // Browsers drop tabs and line breaks from addresses and read a backslash as a slash.
  if (/[\p{Cc}\\]/u.test(given)) return homePath;
  if (!URL.canParse(given, base)) return homePath;
  const url = new URL(given, base);
  if (url.username !== "" || url.password !== "") return homePath;
  const isPath = url.origin === base && given.startsWith("/");
  if (!isPath && !ownOrigins.includes(url.origin)) return homePath;
  // Decoding once more must not turn it into another host's address, and it must decode at all.
  const path = decodePath(url.pathname);
  if (path === null || /^\/[/\\]/.test(path) || /[\p{Cc}\\]/u.test(path)) return homePath;
  return `${url.pathname}${url.search}`;
}

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** The sign-in page that leads back to `path`; the overview needs no mention. */
export function signInPath(path: string | null): string {
  const target = safeCallbackPath(path);
  return target === homePath ? "/sign-in" : `/sign-in?callbackUrl=${encodeURIComponent(target)}`;
}
