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

export const Text = z.string({ error: "must be a string" });

/** The caller's own name for an end user, and the like. */
export const Label = Text.max(512, "must have at most 512 characters");

export function numberBetween(min: number, max: number) {
  const range = `must be between ${min} and ${max}`;
  return z.number({ error: "must be a number" }).min(min, range).max(max, range);
}

export function wholeBetween(min: number, max: number) {
  const range = `must be a whole number between ${min} and ${max}`;
  return z.number({ error: range }).int(range).min(min, range).max(max, range);
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `must be one of ${values.join(", ")}` });
}

export function toolName(max: number) {
  return Text.regex(
    new RegExp(`^[a-zA-Z0-9_-]{1,${max}}$`),
    `must be 1 to ${max} letters, digits, underscores or hyphens`,
  );
}

export const messagesMax = 10_000;
export const toolsMax = 128;

const AnyObject = z.record(z.string(), z.unknown(), { error: "must be an object" });

/** JSON Schema of an object, checked as far as it is ours to understand. */
export const ObjectSchema = AnyObject.superRefine((schema, context) => {
  const report = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (schema.type !== undefined && schema.type !== "object") report("type", "must be object");
  const { properties, required } = schema;
  if (properties != null && (typeof properties !== "object" || Array.isArray(properties))) {
    report("properties", "must be an object");
  }
  const isList = Array.isArray(required) && required.every((name) => typeof name === "string");
  if (required != null && !isList) report("required", "must be a list of strings");
});

export const AnySchema = AnyObject;

/** Bodies that would point the gateway elsewhere or bring credentials of their own. */
const refusedNames = new Set([
  "accesstoken",
  "apibase",
  "apikey",
  "apitype",
  "apiversion",
  "authorization",
  "authtoken",
  "awsaccesskeyid",
  "awssecretaccesskey",
  "awssessiontoken",
  "azureendpoint",
  "baseurl",
  "customllmprovider",
  "defaultheaders",
  "defaultquery",
  "endpoint",
  "extrabody",
  "extraheaders",
  "extraquery",
  "headers",
  "httpproxy",
  "httpsproxy",
  "litellmparams",
  "mcpservers",
  "modellist",
  "proxy",
  "proxies",
  "vertexcredentials",
]);

/** Refuses such fields in whatever spelling a client library knows them by. */
export function refuseFields(value: Record<string, unknown>, context: z.RefinementCtx): void {
  for (const name of Object.keys(value)) {
    if (refusedNames.has(name.replace(/[-_]/g, "").toLowerCase())) {
      context.addIssue({ code: "custom", path: [name], message: "is not allowed here" });
    }
  }
}

/** Reports each name that occurs twice in a list of tools. */
export function refuseSameNames(
  names: { name: string; path: PropertyKey[] }[],
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>();
  for (const { name, path } of names) {
    if (seen.has(name)) context.addIssue({ code: "custom", path, message: "is used twice" });
    seen.add(name);
  }
}
