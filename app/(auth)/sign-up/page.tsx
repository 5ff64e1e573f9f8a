import type { Metadata } from "next";
import { AuthHeading, AuthLink } from "@/app/(auth)/auth-heading";
import { invitedEmail } from "@/app/(auth)/invitation/shown-invitation";
import { MailNote } from "@/app/(auth)/mail-note";
import { ProviderButtons } from "@/app/(auth)/provider-buttons";
import { requestedPage } from "@/app/(auth)/requested-page";
import { SignUpForm } from "@/app/(auth)/sign-up/sign-up-form";

export const metadata: Metadata = { title: "Create your account" };

export default async function SignUpPage({ searchParams }: PageProps<"/sign-up">) {
  const callbackUrl = await requestedPage(searchParams);
  if ((await searchParams).sent) {
    return (
      <>
        <AuthHeading title="Check your inbox">
          A mail with the next step is on its way to you. Its link works once, for 24 hours; open it
          in this browser.
        </AuthHeading>
        <MailNote retryPath="/sign-up" />
      </>
    );
  }
  return (
    <>
      <AuthHeading title="Create your account">
        Already have one?{" "}
        <AuthLink path="/sign-in" callbackUrl={callbackUrl}>
          Sign in
        </AuthLink>
      </AuthHeading>
      <SignUpForm callbackUrl={callbackUrl} email={await invitedEmail(callbackUrl)} />
      <ProviderButtons callbackUrl={callbackUrl} />
    </>
  );
}
