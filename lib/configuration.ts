import { readFileSync } from "node:fs";
import { z } from "zod";

const Id = z
  .string({ error: "must be a string" })
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$/,
    "must be 1 to 200 letters, digits, or . _ : / - and begin with a letter or digit",
  );

/** It becomes a header's value. */
const Secret = z
  .string({ error: "must be a string" })
  .regex(/^[\x21-\x7e]{1,4096}$/, "must be printable ASCII without blanks");

const Milliseconds = z
  .number({ error: "must be a whole number of milliseconds" })
  .int("must be a whole number of milliseconds")
  .min(1, "must be at least 1")
  .max(3_600_000, "must be at most 3600000");

const Tokens = z
  .number({ error: "must be a whole number" })
  .int("must be a whole number")
  .min(1, "must be at least 1")
  .max(100_000_000, "must be at most 100000000");

const Usd = z
  .string({ error: 'must be a decimal in a string, such as "0.28"' })
  .regex(/^\d{1,6}(\.\d{1,9})?$/, "must be a decimal number of dollars such as 0.28");

/** Why an upstream's base address can't be one, or null. */
export function addressProblem(text: string, isPrivateAllowed: boolean): string | null {
  if (!URL.canParse(text)) return "must be an address such as https://api.example.com/v1";
  const url = new URL(text);
  if (url.protocol !== "https:" && !(isPrivateAllowed && url.protocol === "http:")) {
    return "must be https; http needs allow_private";
  }
  if (url.username !== "" || url.password !== "") return "must not carry credentials; use api_key";
  if (url.search !== "" || url.hash !== "") return "must not have a query or a fragment";
  return null;
}

const Timeouts = z.strictObject({
  connect_ms: Milliseconds.optional(),
  first_byte_ms: Milliseconds.optional(),
  idle_ms: Milliseconds.optional(),
  total_ms: Milliseconds.optional(),
  drain_ms: Milliseconds.max(30_000, "must be at most 30000").optional(),
});

const Upstream = z
  .strictObject({
    id: Id.refine((id) => id !== "simulated", "is the built-in upstream's"),
    kind: z.enum(["openai", "anthropic"], { error: "must be openai or anthropic" }),
    name: z.string({ error: "must be a string" }).min(1, "must not be empty").max(64).optional(),
    base_url: z.string({ error: "must be a string" }),
    api_key: Secret.optional(),
    api_key_env: z
      .string({ error: "must be the name of a variable" })
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of a variable")
      .optional(),
    allow_private: z.boolean({ error: "must be true or false" }).default(false),
    timeouts: Timeouts.optional(),
  })
  .superRefine((upstream, context) => {
    const problem = addressProblem(upstream.base_url, upstream.allow_private);
    if (problem) context.addIssue({ code: "custom", path: ["base_url"], message: problem });
    if (upstream.api_key !== undefined && upstream.api_key_env !== undefined) {
      const message = "can't be given beside api_key";
      context.addIssue({ code: "custom", path: ["api_key_env"], message });
    }
  });

const Model = z
  .strictObject({
    id: Id,
    display_name: z.string({ error: "must be a string" }).min(1).max(128).optional(),
    owned_by: z.string({ error: "must be a string" }).min(1).max(64).optional(),
    upstreams: z
      .array(
        z.union(
          [
            Id.transform((id) => ({ id, model: undefined })),
            z.strictObject({ id: Id, model: Id.optional() }),
          ],
          { error: "must be the id of an upstream, or an object with an id and a model" },
        ),
        { error: "must be a list of upstreams" },
      )
      .min(1, "must name at least one upstream")
      .max(10, "must name at most 10 upstreams"),
    upstream_model: Id.optional(),
    context_tokens: Tokens,
    output_tokens_max: z.union([z.literal(0), Tokens], { error: "must be 0 to 100000000" }),
    output_tokens_default: Tokens.optional(),
    listed: z.boolean({ error: "must be true or false" }).default(true),
    price: z.strictObject(
      {
        input_usd_per_mtok: Usd,
        output_usd_per_mtok: Usd,
        effective_from: z.iso
          .datetime({ offset: true, error: "must be an instant such as 2026-01-01T00:00:00Z" })
          .transform((text) => new Date(text))
          .optional(),
      },
      { error: "must be an object with input_usd_per_mtok and output_usd_per_mtok" },
    ),
  })
  .superRefine((model, context) => {
    if ((model.output_tokens_default ?? 0) > model.output_tokens_max) {
      const message = "must be at most output_tokens_max";
      context.addIssue({ code: "custom", path: ["output_tokens_default"], message });
    }
  });

/** Reports each id that occurs twice. */
function refuseTwins(list: "upstreams" | "models", ids: string[], context: z.RefinementCtx): void {
  ids.forEach((id, i) => {
    if (ids.indexOf(id) < i) {
      context.addIssue({ code: "custom", path: [list, i, "id"], message: "is used twice" });
    }
  });
}

export const Configuration = z
  .strictObject({
    upstreams: z.array(Upstream, { error: "must be a list" }).default([]),
    models: z.array(Model, { error: "must be a list" }).default([]),
  })
  .superRefine((config, context) => {
    const upstreamIds = config.upstreams.map(({ id }) => id);
    refuseTwins("upstreams", upstreamIds, context);
    refuseTwins(
      "models",
      config.models.map(({ id }) => id),
      context,
    );
    const known = new Set(["simulated", ...upstreamIds]);
    const wordless = new Set(
      config.upstreams.filter(({ kind }) => kind === "anthropic").map(({ id }) => id),
    );
    config.models.forEach((model, i) => {
      model.upstreams.forEach(({ id }, j) => {
        const path = ["models", i, "upstreams", j];
        if (!known.has(id)) {
          context.addIssue({ code: "custom", path, message: `${id} is no upstream of this file` });
        } else if (model.output_tokens_max === 0 && wordless.has(id)) {
          const message = `${id} makes no embeddings, which is all that a model without output does`;
          context.addIssue({ code: "custom", path, message });
        }
      });
    });
  });

/** The upstreams and models of a deployment, as its file names them. */
export type Configuration = z.infer<typeof Configuration>;

/**
 * Reads and checks a configuration file, with the keys that it leaves to the environment filled in.
 * Throws an Error that names every field that is wrong; values never appear in it, because some are
 * secrets.
 */
export function readConfiguration(
  path: string,
  env: Record<string, string | undefined> = process.env,
): Configuration {
  const fail = (problems: string[]) =>
    new Error(`The configuration ${path} can't be used:\n${problems.join("\n")}`);
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    // The parser's own message quotes the text, which may be a key.
    throw fail([`  ${error instanceof SyntaxError ? "is not valid JSON" : "can't be read"}`]);
  }
  const parsed = Configuration.safeParse(raw);
  if (!parsed.success) {
    throw fail(parsed.error.issues.map(({ path, message }) => `  ${path.join(".")} ${message}`));
  }
  const upstreams = parsed.data.upstreams.map((upstream, i) => {
    const variable = upstream.api_key_env;
    if (variable === undefined) return upstream;
    const key = Secret.safeParse(env[variable]);
    if (key.success) return { ...upstream, api_key: key.data };
    throw fail([`  upstreams.${i}.api_key_env: ${variable} is not set, or not a key`]);
  });
  return { ...parsed.data, upstreams };
}
