import { z } from "zod";
import { DisplayName } from "@/lib/display-name";

/** The most a configuration may take as JSON, in bytes. */
export const configBytesMax = 64 * 1024;
/** Objects and lists within each other, the configuration itself included. */
export const configDepthMax = 32;
/** Resources in one workspace, both environments together. */
export const resourcesMax = 10_000;

const typeForm = "must be 1 to 64 lower-case letters, digits, _ or -, and start with a letter";

const ResourceType = z
  .string({ error: typeForm })
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, typeForm)
  .describe("What kind of thing it is; yours to choose.");

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let deepest = 0;
  for (const item of Object.values(value)) deepest = Math.max(deepest, depthOf(item));
  return 1 + deepest;
}

/** Numbers beyond a double arrive as Infinity, which JSON can't write down again. */
function hasInfinity(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasInfinity);
}

const ResourceConfig = z
  .record(z.string(), z.unknown(), { error: "must be an object" })
  .superRefine((config, context) => {
    const refuse = (message: string) => context.addIssue({ code: "custom", message });
    if (depthOf(config) > configDepthMax) {
      return refuse(`must be nested at most ${configDepthMax} deep`);
    }
    if (hasInfinity(config)) return refuse("has a number that is too large");
    if (Buffer.byteLength(JSON.stringify(config)) > configBytesMax) {
      refuse(`must have at most ${configBytesMax} bytes as JSON`);
    }
  })
  .describe(
    `Any JSON object of at most ${configBytesMax / 1024} KB, nested at most ${configDepthMax} deep.`,
  );

const Name = DisplayName.describe("What people call it: 1 to 64 characters.");

export const ResourceCreate = z.strictObject(
  { name: Name, type: ResourceType, config: ResourceConfig.optional() },
  { error: "must be an object" },
);
export type ResourceCreate = z.infer<typeof ResourceCreate>;

/** What PUT takes: whatever is absent beside the name stays as it is. */
export const ResourceReplace = z.strictObject(
  { name: Name, type: ResourceType.optional(), config: ResourceConfig.optional() },
  { error: "must be an object" },
);

/** What PATCH takes, and what `updateResource` does; a configuration replaces the whole of the old one. */
export const ResourceUpdate = z.strictObject(
  { name: Name.optional(), type: ResourceType.optional(), config: ResourceConfig.optional() },
  { error: "must be an object" },
);
export type ResourceUpdate = z.infer<typeof ResourceUpdate>;

/** The place of a resource in its list, newest first: microseconds count, so the time is text. */
export const ResourcePosition = z.strictObject({ at: z.string().max(64), id: z.string().max(64) });
export type ResourcePosition = z.infer<typeof ResourcePosition>;
