import { z } from "zod";
import { addressProblem } from "@/lib/configuration";
import { DisplayName } from "@/lib/display-name";

const Id = z
  .string()
  .trim()
  .min(1, "Enter an id.")
  .max(100, "Use at most 100 characters.")
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]*$/,
    "Use letters, digits and . _ : - and begin with a letter or digit.",
  )
  .refine((id) => id !== "simulated", { error: "This is the built-in upstream’s." });

/** It becomes a header's value. Empty leaves it out. */
const Credential = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{0,4096}$/, "Use printable ASCII without blanks.");

const described = {
  name: DisplayName,
  baseUrl: z.string().trim().min(1, "Enter an address.").max(2_000, "Use a shorter address."),
  allowPrivate: z.boolean(),
  credential: Credential,
};

const sentences: Record<string, string> = {
  "must be https; http needs allow_private":
    "Use https, or allow private addresses for one of your own.",
  "must not carry credentials; use api_key": "Leave the credential out of the address.",
  "must not have a query or a fragment": "Leave out what stands behind ? or #.",
};

function judgeAddress(
  { baseUrl, allowPrivate }: { baseUrl: string; allowPrivate: boolean },
  context: z.RefinementCtx,
): void {
  const problem = addressProblem(baseUrl, allowPrivate);
  if (problem === null) return;
  const message = sentences[problem] ?? "Enter an address such as https://api.example.com/v1.";
  context.addIssue({ code: "custom", path: ["baseUrl"], message });
}

export const AddUpstream = z
  .object({
    id: Id,
    kind: z.enum(["openai", "anthropic"], { error: "Choose a protocol." }),
    ...described,
  })
  .superRefine(judgeAddress);
export type AddUpstream = z.output<typeof AddUpstream>;

/** An empty credential leaves the one that is there. */
export const UpdateUpstream = z
  .object({ id: z.string().max(200), ...described })
  .superRefine(judgeAddress);
export type UpdateUpstream = z.output<typeof UpdateUpstream>;

export const UpstreamReference = z.object({ id: z.string().max(200) });
export type UpstreamReference = z.infer<typeof UpstreamReference>;
