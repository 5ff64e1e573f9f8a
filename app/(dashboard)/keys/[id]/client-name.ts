import { describeDevice } from "@/lib/auth/device";

const shownMax = 40;

/**
 * What a program calls itself, short enough for a line: `curl/8.6.0`, `OpenAI/JS 6.49.0`, of a browser
 * `Chrome on macOS`. Null where the program said nothing.
 */
export function clientName(userAgent: string | null): string | null {
  const text = userAgent?.trim() ?? "";
  if (text === "") return null;
  if (text.startsWith("Mozilla/")) return describeDevice(text);
  // The SDKs put their version after a space: "OpenAI/Python 2.8.1".
  const name = /^\S+(?: v?\d\S*)?/.exec(text)?.[0] ?? text;
  return name.length > shownMax ? `${name.slice(0, shownMax - 1)}…` : name;
}
