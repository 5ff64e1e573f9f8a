import type { Metadata } from "next";
import { AuthHeading, AuthLink } from "@/app/(auth)/auth-heading";
import { invitedEmail } from "@/app/(auth)/invitation/shown-invitation";
import { ProviderButtons } from "@/app/(auth)/provider-buttons";
import { requestedPage } from "@/app/(auth)/requested-page";
import { SignInForm } from "@/app/(auth)/sign-in/sign-in-form";
import { mailDelivery } from "@/app/mail-delivery";
import { Callout } from "@/components/callout";
import { brand } from "@/lib/brand";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const callbackUrl = await requestedPage(searchParams);
  return (
    <>
      <AuthHeading title={`Sign in to ${brand.name}`}>
        New here?{" "}
        <AuthLink path="/sign-up" callbackUrl={callbackUrl}>
          Create an account
        </AuthLink>
      </AuthHeading>
      <Notice query={await searchParams} />
      <SignInForm callbackUrl={callbackUrl} email={await invitedEmail(callbackUrl)} />
      {mailDelivery() === "smtp" ? (
        <p className="mt-4 text-center text-sm text-fg-2">
          <AuthLink path="/sign-in/email" callbackUrl={callbackUrl}>
            Mail me a link instead
          </AuthLink>
        </p>
      ) : null}
      <ProviderButtons callbackUrl={callbackUrl} />
    </>
  );
}

/** What a provider's refusal, or ours of its account, means; the address bar names it and nothing more. */
const problems: Record<string, string> = {
  cancelled: "You cancelled at the provider. Nothing was changed.",
  provider: "Signing in there didn’t work. Try again, or use another way.",
  exists:
    "Your address has an account here already. Sign in to it first, then connect the provider in Settings.",
  unverified:
    "The provider hasn’t confirmed your email address. Confirm it there, or create an account with your email.",
};

function Notice({ query }: { query: Record<string, string | string[] | undefined> }) {
  const { notice, problem } = query;
  const text =
    typeof problem === "string" && Object.hasOwn(problems, problem) ? problems[problem] : undefined;
  if (!text && notice !== "password-changed") return null;
  return (
    <div className="mb-4">
      {text ? (
        <Callout tone="red">{text}</Callout>
      ) : (
        <Callout tone="green" role="status">
          Your password is changed. Sign in with the new one.
        </Callout>
      )}
    </div>
  );
}
