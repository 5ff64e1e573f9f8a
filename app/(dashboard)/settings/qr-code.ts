import { encode } from "uqr";

/** A QR code as the outline of its dark squares, in units of one square. */
export interface QrCode {
  size: number;
  /** For the `d` of an SVG path. */
  path: string;
}

/** The QR code of a text, with the quiet border that cameras want. */
export function qrCode(text: string): QrCode {
  const { size, data } = encode(text, { ecc: "M", border: 4 });
  const squares = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return { size, path: squares.join("") };
}
