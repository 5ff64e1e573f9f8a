import { z } from "zod";

/** A model's name as a caller may write it; whether it exists is another question. */
export const ModelName = z
  .string({ error: "must be a string" })
  .min(1, "must not be empty")
  .max(200, "must have at most 200 characters");

export const TokenLimit = z
  .number({ error: "must be a whole number" })
  .int("must be a whole number")
  .min(1, "must be at least 1");

export const Flag = z.boolean({ error: "must be true or false" });

export function numberBetween(min: number, max: number) {
  const range = `must be between ${min} and ${max}`;
  return z.number({ error: "must be a number" }).min(min, range).max(max, range);
}

export const messagesMax = 10_000;

/** Bodies that would point the gateway elsewhere or bring credentials of their own. */
export const refusedFields = ["api_base", "base_url", "api_key", "extra_headers"] as const;

export function refuseFields(value: Record<string, unknown>, context: z.RefinementCtx): void {
  for (const name of refusedFields) {
    if (name in value) {
      context.addIssue({ code: "custom", path: [name], message: "is not allowed here" });
    }
  }
}
