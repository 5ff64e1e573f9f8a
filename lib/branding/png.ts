import { crc32 } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Parts that are the picture itself. Texts, times, profiles and everything unknown is left out. */
const keptChunks = new Set(["IHDR", "PLTE", "tRNS", "sRGB", "gAMA", "IDAT", "IEND"]);

export const pngSideMax = 2_048;

/** Whether a file begins as a PNG does. */
export function isPng(file: Uint8Array): boolean {
  return signature.equals(file.subarray(0, signature.length));
}

/**
 * A PNG written anew from its picture alone, without what lies behind its end; null for what is no whole PNG, has a
 * wrong checksum or is larger than `pngSideMax` a side.
 */
export function cleanPng(given: Uint8Array): Buffer | null {
  if (!isPng(given)) return null;
  const file = Buffer.from(given);
  const parts: Buffer[] = [signature];
  let hasHeader = false;
  let hasData = false;
  for (let at = signature.length; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) return null;
    const type = file.toString("latin1", at + 4, at + 8);
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) return null;
    if (!hasHeader) {
      if (type !== "IHDR" || length !== 13) return null;
      const sides = [file.readUInt32BE(at + 8), file.readUInt32BE(at + 12)];
      if (sides.some((side) => side < 1 || side > pngSideMax)) return null;
      hasHeader = true;
    } else if (type === "IHDR") return null;
    if (keptChunks.has(type)) parts.push(file.subarray(at, end));
    hasData ||= type === "IDAT";
    if (type === "IEND") return hasData ? Buffer.concat(parts) : null;
    at = end;
  }
  return null;
}
