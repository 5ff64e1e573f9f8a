import type { Metadata, Route } from "next";
import { ActForm } from "@/app/(auth)/act-form";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { acceptInvitationAction, switchAccountAction } from "@/app/(auth)/invitation/actions";
import { findShownInvitation, invitationPath } from "@/app/(auth)/invitation/shown-invitation";
import { roleTexts } from "@/app/(dashboard)/settings/members/role-text";
import { Button } from "@/components/button";
import { ButtonLink } from "@/components/button-link";
import type { ShownInvitation } from "@/lib/auth/invitation";
import { getViewer } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Invitation", robots: { index: false } };

const withReturn = (path: string) =>
  `${path}?callbackUrl=${encodeURIComponent(invitationPath)}` as Route;

export default async function InvitationPage() {
  const invitation = await findShownInvitation();
  if (!invitation) return <NoInvitation />;
  const viewer = await getViewer();
  return (
    <>
      <AuthHeading title="You are invited">
        The invitation is for <span className="break-words text-fg">{invitation.email}</span>.
      </AuthHeading>
      <Facts invitation={invitation} />
      {viewer === null ? (
        <div className="grid gap-2">
          <ButtonLink href={withReturn("/sign-in")} variant="primary" size="lg">
            Sign in
          </ButtonLink>
          <ButtonLink href={withReturn("/sign-up")} size="lg">
            Create account
          </ButtonLink>
        </div>
      ) : viewer.email === invitation.email ? (
        <ActForm action={acceptInvitationAction} submitLabel="Join workspace" />
      ) : (
        <form action={switchAccountAction} className="grid gap-3">
          <p className="text-sm text-fg-2">
            You are signed in as <span className="break-words text-fg">{viewer.email}</span>. Only
            the account of the invited address can join.
          </p>
          <Button type="submit" variant="primary" size="lg">
            Use another account
          </Button>
          <ButtonLink href={"/overview" as Route} size="lg">
            Stay signed in
          </ButtonLink>
        </form>
      )}
    </>
  );
}

function Facts({ invitation }: { invitation: ShownInvitation }) {
  const { workspace, inviterName, role } = invitation;
  const facts = [
    ["Workspace", workspace.name],
    ["Invited by", inviterName],
    ["Your role", roleTexts[role].label],
  ] as const;
  return (
    <dl className="mb-6 grid gap-2 rounded-lg border border-line bg-panel px-4 py-3 text-sm">
      {facts.map(([term, value]) => (
        <div key={term} className="flex gap-4">
          <dt className="w-22 shrink-0 text-fg-2">{term}</dt>
          <dd className="min-w-0 font-medium wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The same for one that was used, taken back, is too old or never was. */
function NoInvitation() {
  return (
    <>
      <AuthHeading title="This invitation is no longer valid">
        It was already used, withdrawn or expired, or its link wasn’t copied completely. Ask whoever
        invited you for another one.
      </AuthHeading>
      <ButtonLink href={"/overview" as Route} variant="primary" className="justify-self-start">
        Open the dashboard
      </ButtonLink>
    </>
  );
}
