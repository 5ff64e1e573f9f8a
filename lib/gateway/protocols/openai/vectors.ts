export type VectorEncoding = "float" | "base64";

/** A vector as OpenAI's protocol writes it: numbers, or 32-bit floats in base64. */
export function writeVector(vector: ArrayLike<number>, encoding: VectorEncoding) {
  if (encoding === "float") return Array.from(vector);
  // Little-endian as the protocol has it, whatever this machine's order is.
  const bytes = Buffer.alloc(vector.length * 4);
  for (let i = 0; i < vector.length; i++) bytes.writeFloatLE(vector[i] ?? 0, i * 4);
  return bytes.toString("base64");
}

/** The numbers of a vector in base64; null where it is none. */
export function readVector(base64: string): number[] | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length === 0 || bytes.length % 4 !== 0) return null;
  const vector = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
  return vector.every(Number.isFinite) ? vector : null;
}
