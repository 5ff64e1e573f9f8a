import { z } from "zod";
import { DisplayName } from "@/lib/display-name";
import { formatUsd, usdToNanos } from "@/lib/money";

/** What an operator may move at once. */
const amountNanosMax = usdToNanos("100000");

/** Dollars as they were typed, more than nothing, to the cent. */
const Amount = z
  .string()
  .trim()
  .regex(/^\d{1,12}(\.\d{1,2})?$/, "Enter dollars and cents, such as 25 or 12.50.")
  .transform(usdToNanos)
  .refine((nanos) => nanos > 0n, { error: "Enter more than nothing." })
  .refine((nanos) => nanos <= amountNanosMax, {
    error: `Enter at most ${formatUsd(amountNanosMax)}.`,
  });

/** Made by the form, so that a doubled submit is one booking, or one code. */
const Nonce = z.string().regex(/^[0-9A-Za-z_-]{16,64}$/, "Reload the page and try again.");

/** Shown to the customer, in a list of one line each. */
const Reason = z
  .string()
  .trim()
  .min(1, "Enter a reason.")
  .max(200, "Use at most 200 characters.")
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "Write it in one line.");

const WorkspaceId = z.string().max(64);

export const GrantCredit = z.object({
  ...{ workspaceId: WorkspaceId, amountUsd: Amount, reason: Reason, nonce: Nonce },
});
export type GrantCredit = z.output<typeof GrantCredit>;

export const AdjustBalance = z.object({
  ...GrantCredit.shape,
  direction: z.enum(["add", "take"], { error: "Choose whether to add or to take." }),
});
export type AdjustBalance = z.output<typeof AdjustBalance>;

const dayMs = 24 * 60 * 60 * 1_000;

export const CreateCode = z.object({
  amountUsd: Amount,
  usesMax: z
    .string()
    .trim()
    .regex(/^\d{1,12}$/, "Enter a whole number.")
    .transform(Number)
    .refine((uses) => uses >= 1 && uses <= 100_000, { error: "Enter 1 to 100,000." }),
  description: DisplayName,
  /** The last day on which it can be redeemed, in UTC; empty for no end. */
  lastDay: z.union([
    z.literal("").transform(() => null),
    z.iso
      .date({ error: "Choose a day." })
      .transform((day) => new Date(new Date(`${day}T00:00:00Z`).getTime() + dayMs)),
  ]),
  nonce: Nonce,
});
export type CreateCode = z.output<typeof CreateCode>;

export const CodeReference = z.object({ id: z.string().max(64) });
export type CodeReference = z.infer<typeof CodeReference>;
