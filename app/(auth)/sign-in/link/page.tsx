import type { Metadata } from "next";
import { ActForm } from "@/app/(auth)/act-form";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { DeadLink } from "@/app/(auth)/dead-link";
import { findMailedToken } from "@/app/(auth)/mailed-token";
import { signInLinkAction } from "@/app/(auth)/sign-in/link/actions";
import { brand } from "@/lib/brand";

export const metadata: Metadata = { title: "Sign in", robots: { index: false } };

/** The button is the point: programs that follow the links of a mail don't press it. */
export default async function SignInLinkPage() {
  const token = await findMailedToken("sign_in");
  if (!token) return <DeadLink label="Sign in" href="/sign-in" />;
  return (
    <>
      <AuthHeading title={`Sign in to ${brand.name}`}>
        As <span className="break-words text-fg">{token.email}</span>, in this browser.
      </AuthHeading>
      <ActForm action={signInLinkAction} submitLabel="Sign in" />
    </>
  );
}
