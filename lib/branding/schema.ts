import "server-only";
import { z } from "zod";
import { accentFrom } from "@/lib/accent";
import { DisplayName, shownLine } from "@/lib/display-name";

/** A text that may be left empty, which is the deployment's own. */
function orNothing<T>(schema: z.ZodType<T, string>): z.ZodType<T | null, string> {
  return z
    .string()
    .trim()
    .transform((text, context): T | null => {
      if (text === "") return null;
      const parsed = schema.safeParse(text);
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      context.addIssue({ code: "custom", message: issue?.message ?? "Check this." });
      return z.NEVER;
    });
}

const Origin = z
  .string()
  .max(200, { error: "Enter at most 200 characters." })
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const isOrigin =
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      url.pathname === "/" &&
      `${url.search}${url.hash}${url.username}${url.password}` === "";
    if (isOrigin) return url.origin;
    context.addIssue({
      code: "custom",
      message: "Enter a scheme and a host, such as https://api.example.com.",
    });
    return z.NEVER;
  });

const Accent = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, { error: "Enter a colour such as #2b5bd7.", abort: true })
  .transform((text) => text.toLowerCase())
  .refine((color) => accentFrom(color) !== null, {
    error: "This colour can’t be made readable. Choose another.",
  });

/** What the form of the brand sends; nothing in a field is the deployment's own. */
export const UpdateBrand = z.object({
  name: orNothing(DisplayName),
  tagline: orNothing(shownLine(120)),
  supportEmail: orNothing(
    z.email({ error: "Enter an address such as support@example.com." }).max(254),
  ),
  accent: orNothing(Accent),
  appOrigin: orNothing(Origin),
  apiOrigin: orNothing(Origin),
});
export type UpdateBrand = z.output<typeof UpdateBrand>;

/** Bytes of a logo's file. */
export const logoBytesMax = 65_536;

export const SetLogo = z.object({
  /** The file in base64. */
  file: z
    .string()
    .min(1, { error: "Choose a file." })
    .max(Math.ceil(logoBytesMax / 3) * 4, { error: "Choose a file of at most 64 KB." })
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, { error: "Choose a file." })
    .transform((text) => new Uint8Array(Buffer.from(text, "base64"))),
});
