import { EmailChange } from "@/app/(dashboard)/settings/email-change";
import { ResendButton } from "@/app/(dashboard)/settings/resend-button";
import { mailDelivery } from "@/app/mail-delivery";
import { Badge } from "@/components/badge";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { requireUser } from "@/lib/auth/queries";
import { brand } from "@/lib/brand";
import type { Scope } from "@/lib/scope";

/** The account's address: whether it is confirmed, and the way to another one. */
export async function EmailSection({ scope }: { scope: Scope }) {
  const { email, isEmailVerified } = await requireUser(getDb(), scope);
  const hasMail = mailDelivery() !== "none";
  return (
    <Section
      title="Email address"
      description="You sign in with it, and notices about your keys and your account go there."
    >
      <div className="grid gap-4">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <span className="min-w-0 break-words">{email}</span>
          <Badge tone={isEmailVerified ? "green" : "amber"}>
            {isEmailVerified ? "Confirmed" : "Not confirmed"}
          </Badge>
          {isEmailVerified || !hasMail ? null : <ResendButton />}
        </div>
        {hasMail ? (
          <EmailChange />
        ) : (
          <p className="text-sm text-fg-2">
            This site sends no mail, so a new address can’t be confirmed. Write to{" "}
            <a
              href={`mailto:${brand.supportEmail}`}
              className="text-fg underline underline-offset-3"
            >
              {brand.supportEmail}
            </a>{" "}
            to change it.
          </p>
        )}
      </div>
    </Section>
  );
}
