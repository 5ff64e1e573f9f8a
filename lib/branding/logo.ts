import "server-only";
import { cleanPng, isPng, pngSideMax } from "@/lib/branding/png";
import { logoBytesMax } from "@/lib/branding/schema";
import { cleanSvg } from "@/lib/branding/svg";
import { AppError } from "@/lib/errors";

/** A logo as it may be kept and served. */
export interface CleanLogo {
  contentType: "image/svg+xml" | "image/png";
  body: Buffer;
  /** Kinds of parts that were left out of it. */
  leftOut: string[];
}

function refuse(message: string): never {
  throw new AppError("VALIDATION_ERROR", undefined, {
    fields: { file: message },
  });
}

/** What is harmless of a file, told by what it holds and not by its name. Throws VALIDATION_ERROR. */
export function cleanLogo(file: Uint8Array): CleanLogo {
  if (file.length > logoBytesMax) refuse("Choose a file of at most 64 KB.");
  if (isPng(file)) {
    const png = cleanPng(file);
    if (!png) refuse(`This PNG is damaged, or wider or higher than ${pngSideMax} pixels.`);
    return { contentType: "image/png", body: png, leftOut: [] };
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    refuse("Choose an SVG or a PNG.");
  }
  if (!/<svg[\s>]/.test(text)) refuse("Choose an SVG or a PNG.");
  const { svg, leftOut } = cleanSvg(text);
  return { contentType: "image/svg+xml", body: Buffer.from(svg), leftOut };
}
