import { isIP, isIPv6 } from "node:net";
import { readEnv } from "@/lib/env";

/** Set by our web server to the socket's peer; what a client sends under this name is overwritten. */
export const peerHeader = "x-gatehouse-peer";

export interface ClientAddress {
  /** Null when the server didn't say, as with `next dev`. */
  address: string | null;
  /** True when the address may stand for many visitors: unknown, or a local proxy that isn't declared. */
  shared: boolean;
}

const mappedIPv4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** An address in one spelling: without a port, zone or brackets, IPv4 as IPv4. Null when it is none. */
export function normalizeAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[(.*)\](?::\d+)?$/, "$1")
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/, "$1")
    .replace(/%.*$/, "")
    .toLowerCase();
  const address = mappedIPv4.exec(bare)?.[1] ?? bare;
  return isIP(address) ? address : null;
}

export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/**
 * The visitor's address. `X-Forwarded-For` is anyone's to write, so it counts only when the direct peer is
 * a declared proxy, and is read from the right: the first address that isn't a declared proxy itself.
 */
export function resolveClientAddress(
  headers: Pick<Headers, "get">,
  trustedProxies: readonly string[],
): ClientAddress {
  const peer = normalizeAddress(headers.get(peerHeader) ?? "");
  if (peer === null) return { address: null, shared: true };
  const trusted = new Set(trustedProxies.map((proxy) => normalizeAddress(proxy)));
  if (!trusted.has(peer)) return { address: peer, shared: isLoopback(peer) };

  const hops = (headers.get("x-forwarded-for") ?? "").split(",").reverse();
  for (const hop of hops) {
    const address = normalizeAddress(hop);
    // Whatever is left of something unreadable can't be believed either.
    if (address === null) break;
    if (!trusted.has(address)) return { address, shared: false };
  }
  return { address: peer, shared: true };
}

/** The visitor's address under this deployment's list of proxies. */
export function clientAddress(headers: Pick<Headers, "get">): ClientAddress {
  return resolveClientAddress(headers, readEnv().TRUSTED_PROXIES);
}

/** What an address is counted under: IPv6 by its /64, which is one customer's, else the address. */
export function addressBlock(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill("0"), ...right];
  const prefix = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${prefix.join(":")}::/64`;
}
