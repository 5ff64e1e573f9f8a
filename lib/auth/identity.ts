import type { Account, Profile } from "next-auth";
import type { ProviderIdentity } from "@/lib/auth/connected";
import { Email } from "@/lib/auth/schema";
import { DisplayName } from "@/lib/display-name";

function firstName(...candidates: unknown[]): string {
  for (const candidate of candidates) {
    const name = DisplayName.safeParse(candidate);
    if (name.success) return name.data;
  }
  return "New user";
}

/**
 * Somebody as their provider describes them. Null without a lasting id. An address counts as confirmed only where
 * the provider says so in so many words; one that we wouldn't accept is none.
 */
export function identityOf(
  account: Pick<Account, "provider" | "providerAccountId">,
  profile: Profile,
): ProviderIdentity | null {
  const { provider, providerAccountId: subject } = account;
  // Auth.js makes one up where the provider has told none.
  const given = profile.sub ?? profile.id;
  if (given === undefined || given === null || String(given) !== subject) return null;
  const email = Email.safeParse(profile.email);
  return {
    provider,
    subject,
    email: email.success ? email.data : null,
    isEmailVerified: email.success && profile.email_verified === true,
    name: firstName(
      profile.name,
      profile.preferred_username,
      profile.login,
      email.success ? email.data.split("@")[0] : undefined,
    ),
  };
}
