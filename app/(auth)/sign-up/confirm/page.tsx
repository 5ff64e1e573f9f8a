import type { Metadata } from "next";
import { ActForm } from "@/app/(auth)/act-form";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { DeadLink } from "@/app/(auth)/dead-link";
import { findMailedToken } from "@/app/(auth)/mailed-token";
import { confirmSignUpAction } from "@/app/(auth)/sign-up/confirm/actions";
import { readPassing } from "@/lib/auth/cookies";
import { isAskingBrowser } from "@/lib/auth/mail-token";

export const metadata: Metadata = { title: "Confirm your address", robots: { index: false } };

export default async function ConfirmSignUpPage() {
  const token = await findMailedToken("sign_up");
  if (!token) return <DeadLink label="Create an account" href="/sign-up" />;
  const isOwnBrowser = isAskingBrowser(token, await readPassing("browser"));
  return (
    <>
      <AuthHeading title="One last step">
        Open the account for <span className="break-words text-fg">{token.email}</span>.
        {isOwnBrowser
          ? null
          : " You signed up in another browser, so enter the password you chose there."}
      </AuthHeading>
      <ActForm
        action={confirmSignUpAction}
        submitLabel="Open my account"
        asksPassword={!isOwnBrowser}
      />
    </>
  );
}
