import { z } from "zod";
import { DisplayName } from "@/lib/display-name";

export const passwordCodePointsMin = 12;
export const passwordCodePointsMax = 256;

/*
 * The addresses in common use: dot-separated atoms, no quoted local part, a domain with a dot. Quoted local
 * parts may hold a second "@", which has sent mail to strangers (GHSA-5jpx-9hw9-2fx4); letters beyond ASCII
 * look alike and belong in the domain's punycode form.
 */
const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const emailPattern = new RegExp(`^(?=.{1,64}@)${atom}(?:\\.${atom})*@(?:${label}\\.)+${label}$`);

/** An e-mail address, lower-case and without surrounding spaces; tags and dots are kept. */
export const Email: z.ZodType<string, string> = z
  .string({ error: "Enter your email address." })
  .max(1_024, { error: "Enter an email address such as ada@example.com.", abort: true })
  .trim()
  .normalize("NFC")
  .toLowerCase()
  .min(1, { error: "Enter your email address.", abort: true })
  .max(254, { error: "Enter an email address such as ada@example.com.", abort: true })
  .regex(emailPattern, { error: "Enter an email address such as ada@example.com." });

function codePointsOf(text: string): number {
  return [...text].length;
}

const wrongLength = `Use ${passwordCodePointsMin} to ${passwordCodePointsMax} characters.`;

/** A password to be set: never trimmed; whether it is a common one is asked where the account is known. */
export const NewPassword: z.ZodType<string, string> = z
  .string({ error: "Choose a password." })
  .min(1, { error: "Choose a password.", abort: true })
  .max(2 * passwordCodePointsMax, { error: wrongLength, abort: true })
  .refine((text) => {
    const length = codePointsOf(text);
    return length >= passwordCodePointsMin && length <= passwordCodePointsMax;
  }, wrongLength);

/** A password to be compared: only what could never be one is refused. */
const GivenPassword = z
  .string({ error: "Enter your password." })
  .min(1, { error: "Enter your password.", abort: true })
  .max(2 * passwordCodePointsMax, {
    error: `A password has at most ${passwordCodePointsMax} characters.`,
  });

/** Untrusted until `safeCallbackPath` has read it; nothing that comes here is an error of the user's. */
const CallbackUrl = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === "string" ? value : ""));

export const SignUp = z.object({
  name: DisplayName,
  email: Email,
  password: NewPassword,
  callbackUrl: CallbackUrl,
});
export type SignUp = z.infer<typeof SignUp>;

export const SignIn = z.object({
  email: Email,
  password: GivenPassword,
  callbackUrl: CallbackUrl,
});
export type SignIn = z.infer<typeof SignIn>;

/** An address that something is mailed to. */
export const EmailOnly = z.object({ email: Email, callbackUrl: CallbackUrl });

/** A form that consists of its button; what else a browser sends along doesn't matter. */
export const Nothing = z.object({});

/** What a link that signs in leads to. */
export const LinkDetails = z.object({ callbackUrl: z.string().default("") });

export const ChosenPassword = z.object({ password: NewPassword });

/** A code of an app or a recovery code, as typed; anything else is just wrong. */
const TypedCode = z
  .string({ error: "Enter the code." })
  .max(64, { error: "Enter the code.", abort: true })
  .trim()
  .min(1, { error: "Enter the code." });

export const CodeGiven = z.object({ code: TypedCode, callbackUrl: CallbackUrl });

/** The password is asked for only in another browser than the one that signed up. */
export const ConfirmSignUp = z.object({ password: GivenPassword.optional() });

/** A password, or a code of the second factor. */
export const Proof = z.union([
  z.strictObject({ password: GivenPassword }),
  z.strictObject({ code: TypedCode }),
]);
export type Proof = z.infer<typeof Proof>;

/** `currentPassword` is missing only where the account has no password yet. */
export const ChangePassword = z.object({
  currentPassword: GivenPassword.optional(),
  password: NewPassword,
});
export type ChangePassword = z.infer<typeof ChangePassword>;

export const ChangeEmail = z.object({ email: Email });

export const ProviderChoice = z.object({
  provider: z.enum(["oidc", "github", "google"], { error: "Choose a provider." }),
  callbackUrl: CallbackUrl,
});

export const SessionChoice = z.object({
  sessionId: z.string({ error: "Choose a session." }).regex(/^[\w-]{1,64}$/, "Choose a session."),
});

export const RenameProfile = z.object({ name: DisplayName });
