import { z } from "zod";
import { countText } from "@/lib/count-text";
import { DisplayName } from "@/lib/display-name";
import { waysMax } from "@/lib/models/terms";

const idWords = "Use letters, digits and . _ : / - and begin with a letter or digit.";

/** What callers name a model by, and what a model is called at its upstream. */
const ModelId = z
  .string()
  .trim()
  .min(1, "Enter a name.")
  .max(200, "Use at most 200 characters.")
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]*$/, idWords);

const UpstreamId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$/, "Choose an upstream.");

const tokensMax = 100_000_000;

/** Whole tokens as they were typed. */
function tokens(min: number) {
  return z
    .string()
    .trim()
    .regex(/^\d{1,9}$/, "Enter a whole number of tokens.")
    .transform(Number)
    .refine((count) => count >= min && count <= tokensMax, {
      error: `Enter ${countText(min)} to ${countText(tokensMax)}.`,
    });
}

/** Dollars for a million tokens as they were typed, exactly. */
const UsdPerMtok = z
  .string()
  .trim()
  .regex(/^\d{1,6}(\.\d{1,9})?$/, "Enter dollars such as 0.28, with at most nine decimals.");

/** Who answers, in order of preference. */
const Ways = z
  .array(
    z.object({
      upstreamId: UpstreamId,
      /** Empty where it has the same name there. */
      model: z.union([z.literal(""), ModelId]),
    }),
  )
  .min(1, "Choose an upstream.")
  .max(waysMax, `Choose at most ${waysMax} upstreams.`)
  .refine((ways) => new Set(ways.map((way) => way.upstreamId)).size === ways.length, {
    error: "Choose each upstream once.",
  });

const description = {
  displayName: DisplayName,
  ownedBy: z
    .string()
    .trim()
    .min(1, "Enter whose model it is.")
    .max(64, "Use at most 64 characters."),
  ways: Ways,
  contextTokens: tokens(1),
  outputTokensMax: tokens(0),
  outputTokensDefault: tokens(0),
  listed: z.boolean(),
};

interface Sizes {
  contextTokens: number;
  outputTokensMax: number;
  outputTokensDefault: number;
}

function judgeSizes(sizes: Sizes, context: z.RefinementCtx): void {
  const refuse = (field: keyof Sizes, message: string) =>
    context.addIssue({ code: "custom", path: [field], message });
  if (sizes.outputTokensDefault > sizes.outputTokensMax) {
    refuse("outputTokensDefault", "This can’t be more than the max output.");
  } else if (sizes.outputTokensMax > 0 && sizes.outputTokensDefault === 0) {
    refuse("outputTokensDefault", "Enter at least 1: a request without a limit gets this much.");
  }
}

const Price = { inputUsd: UsdPerMtok, outputUsd: UsdPerMtok };

/** A model as the form has it; numbers are text as they were typed. */
export const AddModel = z.object({ id: ModelId, ...description, ...Price }).superRefine(judgeSizes);
export type AddModel = z.output<typeof AddModel>;

export const UpdateModel = z.object({ id: ModelId, ...description }).superRefine(judgeSizes);
export type UpdateModel = z.output<typeof UpdateModel>;

export const ModelReference = z.object({ id: z.string().max(200) });
export type ModelReference = z.infer<typeof ModelReference>;

/** A price from an instant on; null is now. */
export const SetPrice = z.object({
  id: z.string().max(200),
  ...Price,
  effectiveFrom: z.iso
    .datetime({ offset: true, error: "Choose a day and a time." })
    .transform((text) => new Date(text))
    .nullable(),
});
export type SetPrice = z.output<typeof SetPrice>;

/** Names one of a model's prices by the instant at which it begins. */
export const PriceReference = z.object({
  id: z.string().max(200),
  effectiveFrom: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
});
export type PriceReference = z.output<typeof PriceReference>;
