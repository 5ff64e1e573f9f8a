import type { Metadata } from "next";
import { AuthHeading, AuthLink } from "@/app/(auth)/auth-heading";
import { EmailForm } from "@/app/(auth)/email-form";
import { requestResetAction } from "@/app/(auth)/forgot-password/actions";
import { MailNote } from "@/app/(auth)/mail-note";
import { mailDelivery } from "@/app/mail-delivery";
import { brand } from "@/lib/brand";

export const metadata: Metadata = { title: "Forgotten password" };

export default async function ForgotPasswordPage({ searchParams }: PageProps<"/forgot-password">) {
  const { sent } = await searchParams;
  if (mailDelivery() === "none") {
    return (
      <AuthHeading title="Forgotten password">
        This site sends no mail. Write to{" "}
        <a href={`mailto:${brand.supportEmail}`} className="text-fg underline underline-offset-3">
          {brand.supportEmail}
        </a>{" "}
        to get back into your account.
      </AuthHeading>
    );
  }
  if (sent) {
    return (
      <>
        <AuthHeading title="Check your inbox">
          If an account has this address, a link to choose a new password is on its way. It works
          once, for 15 minutes.
        </AuthHeading>
        <MailNote retryPath="/forgot-password" />
      </>
    );
  }
  return (
    <>
      <AuthHeading title="Forgotten password">
        Enter your address and we mail you a link.{" "}
        <AuthLink path="/sign-in" callbackUrl="">
          Back to sign in
        </AuthLink>
      </AuthHeading>
      <EmailForm action={requestResetAction} submitLabel="Mail me a link" />
    </>
  );
}
