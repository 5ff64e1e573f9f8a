import type { Metadata } from "next";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { DeadLink } from "@/app/(auth)/dead-link";
import { findMailedToken } from "@/app/(auth)/mailed-token";
import { ResetForm } from "@/app/(auth)/reset-password/reset-form";

export const metadata: Metadata = { title: "Choose a new password", robots: { index: false } };

export default async function ResetPasswordPage() {
  const token = await findMailedToken("reset");
  if (!token) return <DeadLink label="Ask for a new link" href="/forgot-password" />;
  return (
    <>
      <AuthHeading title="Choose a new password">
        For <span className="break-words text-fg">{token.email}</span>. All browsers that are signed
        in will be signed out.
      </AuthHeading>
      <ResetForm email={token.email} />
    </>
  );
}
