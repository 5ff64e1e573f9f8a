import type { Metadata } from "next";
import { ActForm } from "@/app/(auth)/act-form";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { confirmEmailAction } from "@/app/(auth)/confirm-email/actions";
import { DeadLink } from "@/app/(auth)/dead-link";
import { findMailedToken } from "@/app/(auth)/mailed-token";
import { ButtonLink } from "@/components/button-link";
import { getViewer, requirePageScope } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Confirm your new address", robots: { index: false } };

/** Asks for the session of the account that is to get the address: a link that strays gives it to nobody. */
export default async function ConfirmEmailPage({ searchParams }: PageProps<"/confirm-email">) {
  const scope = await requirePageScope();
  if ((await searchParams).done) {
    const viewer = await getViewer();
    return (
      <>
        <AuthHeading title="Your address is changed">
          You sign in with <span className="break-words text-fg">{viewer?.email}</span> from now on.
        </AuthHeading>
        <ButtonLink href="/settings" variant="primary" className="justify-self-start">
          Open settings
        </ButtonLink>
      </>
    );
  }
  const token = await findMailedToken("change_email");
  if (token?.userId !== scope.userId) return <DeadLink label="Open settings" href="/settings" />;
  return (
    <>
      <AuthHeading title="Use this address?">
        From now on you sign in with <span className="break-words text-fg">{token.email}</span>.
      </AuthHeading>
      <ActForm action={confirmEmailAction} submitLabel="Use this address" />
    </>
  );
}
