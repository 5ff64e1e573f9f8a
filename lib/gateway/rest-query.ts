import { z } from "zod";
import { invalidFields } from "@/lib/gateway/errors";
import { parseBody } from "@/lib/gateway/validation";

export const pageSizeMax = 1_000;
const pageSizeDefault = 20;

const limitRange = `must be a whole number between 1 and ${pageSizeMax}`;

/** The query of every list: how many items, and the place after which they start. */
export const PageQuery = z.object({
  limit: z
    .string({ error: limitRange })
    .regex(/^[1-9]\d{0,3}$/, limitRange)
    .transform(Number)
    .refine((limit) => limit <= pageSizeMax, limitRange)
    .default(pageSizeDefault)
    .meta({
      description: `How many items a page has at most; ${pageSizeDefault} when absent.`,
      ...{ type: "integer", minimum: 1, maximum: pageSizeMax },
    }),
  cursor: z
    .string()
    .optional()
    .describe("`next_cursor` of the page before. Good for the same list and key's workspace only."),
});

/**
 * Reads the parameters that a schema names out of an address; any others are ignored. Every value is a
 * string before the schema makes more of it. Throws param, for a repeated parameter too, because two
 * readers of the same address could take different ones.
 */
export function parseQuery<T>(schema: z.ZodObject & z.ZodType<T>, url: string): T {
  const start = url.indexOf("?");
  const given = new URLSearchParams(start < 0 ? "" : url.slice(start + 1));
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const [value, second] = given.getAll(name);
    if (second !== undefined) {
      throw invalidFields([{ path: name, code: "repeated", message: "must be given once" }]);
    }
    if (value !== undefined) values[name] = value;
  }
  return parseBody(schema, values);
}
