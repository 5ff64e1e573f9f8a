import type { Metadata } from "next";
import { ActForm } from "@/app/(auth)/act-form";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { DeadLink } from "@/app/(auth)/dead-link";
import { findMailedToken } from "@/app/(auth)/mailed-token";
import { verifyEmailAction } from "@/app/(auth)/verify-email/actions";
import { ButtonLink } from "@/components/button-link";

export const metadata: Metadata = { title: "Confirm your address", robots: { index: false } };

export default async function VerifyEmailPage({ searchParams }: PageProps<"/verify-email">) {
  if ((await searchParams).done) {
    return (
      <>
        <AuthHeading title="Your address is confirmed">
          Notices about your keys and your account reach you there.
        </AuthHeading>
        <ButtonLink href="/overview" variant="primary" className="justify-self-start">
          Open the dashboard
        </ButtonLink>
      </>
    );
  }
  const token = await findMailedToken("verify");
  if (!token) return <DeadLink label="Ask for a new link" href="/settings" />;
  return (
    <>
      <AuthHeading title="Confirm your address">
        <span className="break-words text-fg">{token.email}</span>
      </AuthHeading>
      <ActForm action={verifyEmailAction} submitLabel="Confirm my address" />
    </>
  );
}
