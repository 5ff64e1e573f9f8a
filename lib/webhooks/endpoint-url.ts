import { AppError } from "@/lib/errors";
import { AddressForbidden, checkHost, hostOf, isPublicAddress } from "@/lib/outbound-address";
import type { WebhookSettings } from "@/lib/webhooks/settings";

export const urlCharsMax = 2_048;

/** Names that never lead to a server of the public internet (RFC 6761, 6762 and 8375; `internal`: ICANN). */
const insideNames = ["localhost", "local", "internal", "intranet", "lan", "home.arpa", "test"];
/** Names of the public that lead every caller to its own machine. */
const loopbackNames = ["localtest.me", "lvh.me", "vcap.me", "lacolhost.com"];

function refuse(message: string): never {
  throw new AppError("VALIDATION_ERROR", message, { fields: { url: message } });
}

function isBelow(host: string, names: readonly string[]): boolean {
  return names.some((name) => host === name || host.endsWith(`.${name}`));
}

/** A web server's port, or one that takes no rights to open: not those of mail, shells and databases below. */
function isPortAllowed(port: string): boolean {
  return port === "" || port === "443" || Number(port) > 1_023;
}

/**
 * The address of an endpoint as it will be called, in its normal form. Throws VALIDATION_ERROR at the field
 * `url` where it isn't https, has credentials, a fragment or a port that isn't allowed, or a host that is
 * an address of the inside, however that is written.
 */
export function parseEndpointUrl(
  text: string,
  { allowPrivate }: Pick<WebhookSettings, "allowPrivate">,
): URL {
  if (text.length > urlCharsMax) refuse(`Use at most ${urlCharsMax} characters.`);
  if (!URL.canParse(text)) refuse("Enter a full address, such as https://example.com/webhooks.");
  const url = new URL(text);
  const isWeb = url.protocol === "https:" || (allowPrivate && url.protocol === "http:");
  if (!isWeb) refuse("Use an address that begins with https://.");
  if (url.username !== "" || url.password !== "") {
    refuse("Leave out the user name and password; requests are signed instead.");
  }
  if (url.hash !== "" || text.includes("#")) refuse("Leave out the part that begins with #.");
  if (url.href.length > urlCharsMax) refuse(`Use at most ${urlCharsMax} characters.`);
  if (allowPrivate) return url;
  if (!isPortAllowed(url.port)) refuse("Use port 443, or one above 1023.");
  const host = url.hostname.replace(/\.$/, "").toLowerCase();
  if (isBelow(host, insideNames) || isBelow(host, loopbackNames)) {
    refuse("Use a host of the public internet.");
  }
  try {
    checkHost(url);
  } catch (error) {
    if (error instanceof AddressForbidden) refuse("Use a host of the public internet.");
    throw error;
  }
  return url;
}

/** What a look-up that failed says about the name; anything else is the resolver's own trouble. */
const noSuchName = new Set(["ENOTFOUND", "ENODATA", "EAI_NONAME", "EAI_NODATA"]);

/**
 * Looks the host up and throws VALIDATION_ERROR at `url` where it has no address, or one that isn't public.
 * Where the resolver itself fails the address is taken: it is looked up again, and checked, whenever
 * something is sent.
 */
export async function requirePublicHost(
  url: URL,
  { allowPrivate, resolve }: Pick<WebhookSettings, "allowPrivate" | "resolve">,
): Promise<void> {
  if (allowPrivate) return;
  const found = await new Promise<"public" | "private" | "none" | "unknown">((done) => {
    const timer = setTimeout(() => done("unknown"), lookUpMs);
    resolve(hostOf(url), { all: true }, (error, addresses) => {
      clearTimeout(timer);
      if (error) done(noSuchName.has(error.code ?? "") ? "none" : "unknown");
      else if (addresses.length === 0) done("none");
      else done(addresses.every(({ address }) => isPublicAddress(address)) ? "public" : "private");
    });
  });
  if (found === "none") refuse("This name has no address. Check its spelling.");
  if (found === "private") refuse("This name leads to an address that isn’t public.");
}

/** Less than a call of the API may take. */
const lookUpMs = 1_200;
