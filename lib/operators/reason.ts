import { z } from "zod";

export const reasonMax = 300;

/** Controls, half surrogates, and what turns or hides text. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Why an operator does something, on one line. The customer reads it in their audit log. */
export const Reason: z.ZodType<string, string> = z
  .string({ error: "Enter a reason." })
  .max(4 * reasonMax, { error: `Use at most ${reasonMax} characters.`, abort: true })
  .trim()
  .normalize("NFC")
  .min(1, { error: "Enter a reason.", abort: true })
  .max(reasonMax, { error: `Use at most ${reasonMax} characters.` })
  .refine((text) => !hidden.test(text), {
    error: "Remove the line breaks, invisible or direction-changing characters.",
  });
