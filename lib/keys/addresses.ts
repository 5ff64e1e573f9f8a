import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A block of addresses: those that share the first `bits` bits with `network`. */
interface Block {
  network: Address;
  bits: number;
}

export type ParsedAddress = { ok: true; value: string } | { ok: false; problem: string };

/** Four decimal parts as people write them: `010` would be octal to some readers, ten to others. */
const dottedIpv4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;
const mappedBits = 96;

function parseHost(text: string): Address | null {
  if (text.includes("%")) return null;
  if (text.includes(":")) return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
  return dottedIpv4.test(text) && ipaddr.IPv4.isValid(text) ? ipaddr.IPv4.parse(text) : null;
}

function widthOf(address: Address): number {
  return address.kind() === "ipv4" ? 32 : 128;
}

/** The same block with the bits beyond its length cleared. */
function clearHostBits({ network, bits }: Block): Block {
  const bytes = network.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return { network: ipaddr.fromByteArray(bytes), bits };
}

/** IPv4 inside IPv6 (`::ffff:203.0.113.7`) is the IPv4 address that it carries. */
function unwrapMapped(block: Block): Block {
  const { network, bits } = block;
  if (!(network instanceof ipaddr.IPv6) || !network.isIPv4MappedAddress() || bits < mappedBits) {
    return block;
  }
  return { network: network.toIPv4Address(), bits: bits - mappedBits };
}

function parseBlock(text: string): Block | null {
  const [host = "", length, ...rest] = text.split("/");
  const network = parseHost(host);
  if (!network || rest.length > 0) return null;
  const width = widthOf(network);
  if (length === undefined) return unwrapMapped({ network, bits: width });
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > width) return null;
  return clearHostBits(unwrapMapped(clearHostBits({ network, bits: Number(length) })));
}

function formatBlock({ network, bits }: Block): string {
  const host = network instanceof ipaddr.IPv6 ? network.toRFC5952String() : network.toString();
  return bits === widthOf(network) ? host : `${host}/${bits}`;
}

/**
 * An IPv4 or IPv6 address or CIDR block in normal form: host bits cleared, IPv4-mapped unwrapped, IPv6
 * as RFC 5952 writes it, a block of one address as that address. A block of every address is refused.
 */
export function parseAddress(text: string): ParsedAddress {
  const block = parseBlock(text.trim());
  if (!block) {
    return {
      ok: false,
      problem: "Write an address such as 203.0.113.7 or a block such as 203.0.113.0/24.",
    };
  }
  if (block.bits === 0) {
    return {
      ok: false,
      problem: "A block of length 0 allows every address. Leave the list off instead.",
    };
  }
  return { ok: true, value: formatBlock(block) };
}

/** Whether every address of `inner` lies in `outer`; both are addresses or blocks. */
export function addressBlockContains(outer: string, inner: string): boolean {
  const [wide, narrow] = [parseBlock(outer), parseBlock(inner)];
  if (!wide || !narrow || wide.network.kind() !== narrow.network.kind()) return false;
  if (wide.bits > narrow.bits) return false;
  const cleared = clearHostBits({ network: narrow.network, bits: wide.bits });
  return formatBlock(cleared) === formatBlock(clearHostBits(wide));
}
