import { PasswordForm } from "@/app/(dashboard)/settings/password-form";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { requireUser } from "@/lib/auth/queries";
import type { Scope } from "@/lib/scope";

/** Changing the password, or choosing the first one where the account came from a provider. */
export async function PasswordSection({ scope }: { scope: Scope }) {
  const { hasPassword, email } = await requireUser(getDb(), scope);
  return (
    <Section
      title="Password"
      description={
        hasPassword
          ? "Changing it signs out every other browser."
          : "You have none yet: you sign in with a connected account."
      }
    >
      <PasswordForm hasPassword={hasPassword} email={email} />
    </Section>
  );
}
