/** What a catch-all part of an address names, which may hold slashes; null where it can't be read. */
export function nameInAddress(parts: readonly string[]): string | null {
  try {
    return parts.map(decodeURIComponent).join("/");
  } catch {
    return null;
  }
}
