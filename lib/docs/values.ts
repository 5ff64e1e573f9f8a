import { brand, brandMarks, isBuilding, wordsOf } from "@/lib/brand";
import { defaultOrigin } from "@/lib/shown-origin";

/**
 * What the pages and their samples are filled with: the deployment's names, and the address of the
 * API as its reader sees it.
 */
export interface DocsValues {
  brandName: string;
  keyPrefix: string;
  keyVariable: string;
  urlVariable: string;
  supportEmail: string;
  /** Where the API is, without `/v1`. */
  apiOrigin: string;
  /** The same with `/v1`. */
  apiUrl: string;
  /** Stands where a reader puts a key of their own. */
  key: string;
  testKey: string;
  /** Characters of a key. */
  keyLength: number;
  /** Name of the client class in samples, and of the file it lies in. */
  clientClass: string;
  clientFile: string;
  /** What a request answers that the balance doesn't cover. */
  balanceStatus: number;
}

/**
 * Stands for the API's origin in static pages. It is a character of a private-use area, so that it
 * is never found by chance; pages split at it, and put a span there that the browser fills in.
 */
export const originMark = "\uE000";

/** The origin that is shown for the API; null where readers' own addresses are right. */
export function configuredOrigin(
  source: Record<string, string | undefined> = process.env,
): string | null {
  // What is built leaves the place open; the sender of the page knows.
  if (isBuilding()) return null;
  const text = brand.apiOrigin ?? source.API_ORIGIN;
  if (!text || !URL.canParse(text)) return null;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) ? url.origin : null;
}

/** The values with the API at `apiOrigin`; `originMark` leaves its place open. */
export function docsValues(
  apiOrigin: string,
  source: Record<string, string | undefined> = process.env,
): DocsValues {
  const words = wordsOf(brand.name);
  return {
    brandName: brand.name,
    keyPrefix: brand.keyPrefix,
    keyVariable: brand.keyVariable,
    urlVariable: brand.urlVariable,
    supportEmail: brand.supportEmail,
    apiOrigin,
    apiUrl: `${apiOrigin}/v1`,
    key: `${brand.keyPrefix}_live_your_key_here`,
    testKey: `${brand.keyPrefix}_test_your_key_here`,
    keyLength: `${brand.keyPrefix}_live_`.length + 36,
    clientClass: isBuilding() ? brandMarks.clientClass : `${words.joined}Client`,
    clientFile: isBuilding() ? brandMarks.clientFile : `${words.dashed}-client`,
    balanceStatus: /^40[23]$/.test(source.INSUFFICIENT_BALANCE_STATUS ?? "")
      ? Number(source.INSUFFICIENT_BALANCE_STATUS)
      : brand.insufficientBalanceStatus,
  };
}

/** Puts the values into a text that names them as `{{keyPrefix}}`. Throws on a name there isn't. */
export function fillIn(source: string, values: DocsValues): string {
  const byName = new Map<string, string>(
    Object.entries(values).map(([name, value]) => [name, String(value)]),
  );
  return source.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = byName.get(name);
    if (value === undefined) throw new Error(`there is no value named ${name}`);
    return value;
  });
}

/** Text for where no browser fills in the origin: metadata, `llms.txt`. */
export function plainOrigin(
  text: string,
  source: Record<string, string | undefined> = process.env,
): string {
  if (isBuilding()) return text.replaceAll(originMark, brandMarks.apiOrigin);
  return text.replaceAll(originMark, configuredOrigin(source) ?? defaultOrigin);
}
