import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AuthHeading, AuthLink } from "@/app/(auth)/auth-heading";
import { EmailForm } from "@/app/(auth)/email-form";
import { MailNote } from "@/app/(auth)/mail-note";
import { requestedPage } from "@/app/(auth)/requested-page";
import { requestSignInLinkAction } from "@/app/(auth)/sign-in/email/actions";
import { mailDelivery } from "@/app/mail-delivery";

export const metadata: Metadata = { title: "Sign in by mail" };

export default async function SignInByMailPage({ searchParams }: PageProps<"/sign-in/email">) {
  const callbackUrl = await requestedPage(searchParams);
  if (mailDelivery() !== "smtp") notFound();
  if ((await searchParams).sent) {
    return (
      <>
        <AuthHeading title="Check your inbox">
          If an account has this address, a link to sign in is on its way. It works once, for 15
          minutes.
        </AuthHeading>
        <MailNote retryPath="/sign-in/email" />
      </>
    );
  }
  return (
    <>
      <AuthHeading title="Sign in by mail">
        Without a password: we mail you a link.{" "}
        <AuthLink path="/sign-in" callbackUrl={callbackUrl}>
          Back to sign in
        </AuthLink>
      </AuthHeading>
      <EmailForm
        action={requestSignInLinkAction}
        submitLabel="Mail me a link"
        callbackUrl={callbackUrl}
      />
    </>
  );
}
