import { type LookupAddress, type LookupAllOptions, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** The name of a server that we were told to call led to where only insiders get. */
export class AddressForbidden extends Error {}

/**
 * Whether an address is one of the public internet: not loopback, private, link-local, mapped, translated
 * or reserved in any way (the ranges of the IANA registries, as ipaddr.js has them).
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** The host of an address as name look-up takes it: IPv6 without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** Throws AddressForbidden where a host is written as an address that isn't public. */
export function checkHost(url: URL): void {
  const host = hostOf(url);
  if (ipaddr.isValid(host) && !isPublicAddress(host)) {
    throw new AddressForbidden("the address is not public");
  }
}

/** Finds all addresses of a name, as `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Names that nobody can own (RFC 2606, RFC 6761); some resolvers have an answer for them all the same. */
const nobodysName = /(^|\.)(example|invalid)\.?$/i;

/** Asks the system's resolver, but not for what stands in examples only. */
export const resolveName: Resolve = (hostname, options, callback) => {
  if (nobodysName.test(hostname)) {
    const code = "ENOTFOUND";
    const error = Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code });
    process.nextTick(callback, error, []);
  } else lookup(hostname, options, callback);
};

/** A look-up for connections that answers what `resolve` found, all of it public, or fails. */
export function publicLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) {
        callback(error ?? new Error("the name has no address"), "", 0);
      } else if (!addresses.every(({ address }) => isPublicAddress(address))) {
        callback(new AddressForbidden("the name leads to an address that is not public"), "", 0);
      } else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/**
 * Looks a name up for a connection, which is made to the very addresses that were checked here: a name
 * that leads elsewhere a moment later (DNS rebinding) gains nothing.
 */
export const lookupPublic: LookupFunction = publicLookup(resolveName);
