import { z } from "zod";

/**
 * What Stripe's API accepts of the requests that we send, field by field as its OpenAPI description has them
 * (https://github.com/stripe/openapi, version in `Stripe.API_VERSION`). Anything else is refused, as Stripe does.
 * Everything arrives as text, because bodies are forms.
 */

const Text = z.string().min(1).max(5_000);
const Whole = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number);
const Flag = z.enum(["true", "false"]).transform((value) => value === "true");
const Metadata = z.record(z.string().max(40), z.string().max(500));
const Expand = z.array(Text).optional();
const Since = z.strictObject({ gte: Whole.optional() }).optional();
const Page = { limit: Whole.optional(), starting_after: Text.optional(), expand: Expand };
const Currency = z.string().regex(/^[a-z]{3}$/);

export const CustomerParams = z.strictObject({
  name: z.string().max(256).optional(),
  email: z.string().max(512).optional(),
  metadata: Metadata.optional(),
});

export const SessionParams = z
  .strictObject({
    mode: z.enum(["payment", "setup"]),
    customer: Text,
    client_reference_id: z.string().max(200).optional(),
    metadata: Metadata.optional(),
    line_items: z
      .array(
        z.strictObject({
          quantity: Whole,
          price_data: z.strictObject({
            currency: Currency,
            unit_amount: Whole,
            product_data: z.strictObject({ name: Text }),
          }),
        }),
      )
      .optional(),
    adaptive_pricing: z.strictObject({ enabled: Flag }).optional(),
    payment_intent_data: z
      .strictObject({
        metadata: Metadata.optional(),
        description: z.string().max(1_000).optional(),
        setup_future_usage: z.enum(["off_session", "on_session"]).optional(),
      })
      .optional(),
    allowed_payment_method_types: z.array(z.enum(["card"])).optional(),
    success_url: z.url(),
    cancel_url: z.url().optional(),
  })
  .refine((one) => (one.mode === "payment") === (one.line_items !== undefined), {
    path: ["line_items"],
    message: "You must provide one of the following: line_items",
  });

export const IntentParams = z.strictObject({
  amount: Whole,
  currency: Currency,
  customer: Text,
  payment_method: Text,
  allowed_payment_method_types: z.array(z.enum(["card"])),
  off_session: Flag,
  confirm: Flag,
  description: z.string().max(1_000).optional(),
  metadata: Metadata.optional(),
});

export const ListParams = z.strictObject({ customer: Text.optional(), created: Since, ...Page });

export const EventListParams = z.strictObject({
  types: z.array(Text).max(20).optional(),
  delivery_success: Flag.optional(),
  created: Since,
  ...Page,
});

export const ReadParams = z.strictObject({ expand: Expand });
export const NoParams = z.strictObject({});

export interface Refusal {
  message: string;
  param: string;
  code: string;
}

/** What Stripe says of the first parameter that it doesn't accept. */
export function refusalOf(error: z.ZodError): Refusal {
  const [issue] = error.issues;
  const path = issue?.path.map(String) ?? [];
  if (issue?.code === "unrecognized_keys") {
    const param = [...path, ...issue.keys.slice(0, 1)].join(".");
    return { message: `Received unknown parameter: ${param}`, param, code: "parameter_unknown" };
  }
  const param = path.join(".");
  return { message: issue?.message ?? "Invalid", param, code: "parameter_invalid" };
}

type Tree = string | Tree[] | { [key: string]: Tree };

/** Reads `a[b][0][c]=d`, the way in which Stripe's forms write objects and lists. */
export function parseForm(text: string): Record<string, Tree> {
  const root = new Map<string, unknown>();
  for (const [name, value] of new URLSearchParams(text)) {
    const path = [...name.matchAll(/([^[\]]+)|\[\]/g)].map((match) => match[1] ?? "");
    place(root, path, value);
  }
  return Object.fromEntries([...root].map(([key, item]) => [key, toTree(item)]));
}

function place(into: Map<string, unknown>, [head = "", ...rest]: string[], value: string): void {
  const key = head === "" ? String(into.size) : head;
  if (rest.length === 0) {
    into.set(key, value);
    return;
  }
  const below = into.get(key);
  const next = below instanceof Map ? below : new Map<string, unknown>();
  into.set(key, next);
  place(next, rest, value);
}

function toTree(item: unknown): Tree {
  if (!(item instanceof Map)) return String(item);
  const entries = [...item].map(([key, value]): [string, Tree] => [String(key), toTree(value)]);
  const isList = entries.every(([key], index) => key === String(index));
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
