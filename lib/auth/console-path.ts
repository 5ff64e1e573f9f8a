/**
 * Whether an address is the console's, in whatever spelling: routers decode and fold what is encoded, doubled or in
 * capitals, some of it only after the proxy has looked.
 */
export function isConsolePath(pathname: string): boolean {
  const folded = decode(pathname).replace(/[/\\]+/g, "/");
  return /^\/admin(?:\/|$)/i.test(folded);
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
