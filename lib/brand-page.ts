import { accentCss } from "@/lib/accent";
import { brand, brandMarks, wordsOf } from "@/lib/brand";
import { escapeHtml } from "@/lib/escape-html";
import { defaultOrigin, originNote } from "@/lib/shown-origin";

/** What is put into built pages when they are sent, ready to be put in (`scripts/branded-pages.mjs`). */
export interface BrandPage {
  /** Changes with everything below. */
  version: string;
  /** The text for each mark. */
  texts: Record<string, string>;
  /** The same escaped, for HTML. */
  html: Record<string, string>;
  /** The same escaped, for the inside of a text in JSON. */
  json: Record<string, string>;
  /** Goes to the end of the head. */
  head: string;
  /** Stands in the place of the product's own mark; null leaves it. */
  logo: string | null;
  /** Stands where the browser would put its own origin; null lets it. */
  origin: string | null;
}

declare global {
  var gatehouseBrandPage: BrandPage | undefined;
}

function originIn(text: string | undefined): string | null {
  if (!text || !URL.canParse(text)) return null;
  const { protocol, origin } = new URL(text);
  return /^https?:$/.test(protocol) ? origin : null;
}

/** Makes it of the brand in force. */
export function brandPage(): BrandPage {
  const { joined, dashed } = wordsOf(brand.name);
  const origin = originIn(brand.apiOrigin ?? process.env.API_ORIGIN);
  const texts = {
    [brandMarks.name]: brand.name,
    [brandMarks.tagline]: brand.tagline,
    [brandMarks.supportEmail]: brand.supportEmail,
    [brandMarks.clientClass]: `${joined}Client`,
    [brandMarks.clientFile]: `${dashed}-client`,
    [brandMarks.apiOrigin]: origin ?? defaultOrigin,
    [brandMarks.originNote]: origin ? "" : originNote,
  };
  const escaped = (encode: (text: string) => string) =>
    Object.fromEntries(Object.entries(texts).map(([mark, text]) => [mark, encode(text)]));
  const logoHref = brand.logoHref && escapeHtml(brand.logoHref);
  const style = brand.accent ? `<style>${accentCss(brand.accent)}</style>` : "";
  const icons = logoHref
    ? `<link rel="icon" href="${logoHref}"><link rel="apple-touch-icon" href="${logoHref}">`
    : "";
  const page = {
    texts,
    html: escaped(escapeHtml),
    json: escaped((text) => JSON.stringify(text).slice(1, -1)),
    head: style + icons,
    logo: logoHref ? `<img src="${logoHref}" alt="" class="brand-logo">` : null,
    origin: origin === null ? null : escapeHtml(origin),
  };
  return { version: JSON.stringify(page), ...page };
}

/** Hands it to the server of built pages, which is in this process and loads none of these modules. */
export function setBrandPage(): void {
  globalThis.gatehouseBrandPage = brandPage();
}
