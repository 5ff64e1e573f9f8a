"use client";

import { type FormEvent, useState, useTransition } from "react";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { inviteMemberAction } from "@/app/(dashboard)/settings/members/actions";
import { InvitationLink } from "@/app/(dashboard)/settings/members/invitation-link";
import { RoleField } from "@/app/(dashboard)/settings/members/role-field";
import { Button } from "@/components/button";
import { Dialog, DialogFooter } from "@/components/dialog";
import { EmailField } from "@/components/email-field";
import { toast } from "@/components/toast";
import type { ActionError } from "@/lib/result";
import type { Role } from "@/lib/scope";

export interface InviteDialogProps {
  canInviteOwners: boolean;
  onClose: () => void;
}

/** Asks an address to join in a role; where no mail can be sent it then holds the link to pass on. */
export function InviteDialog({ canInviteOwners, onClose }: InviteDialogProps) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("developer");
  const [error, setError] = useState<ActionError | null>(null);
  const [sent, setSent] = useState<{ email: string; link: string } | null>(null);
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function invite(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    startTransition(async () => {
      const result = await withRecentSignIn(() =>
        inviteMemberAction({ email, role }).catch(unreachable),
      );
      setError(result.ok ? null : result.error);
      if (!result.ok) return;
      const { link } = result.data;
      if (link) return setSent({ email: email.trim(), link });
      toast.success("Invitation sent", { description: `To ${email.trim()}, for seven days.` });
      onClose();
    });
  }

  if (sent) return <InvitationLink {...sent} onClose={onClose} />;
  const fieldError = error?.fields?.email;
  return (
    <>
      <Dialog open onOpenChange={onClose} title="Invite a member" size="sm">
        <form onSubmit={invite} noValidate className="grid gap-4">
          {error && !fieldError ? <FailureCallout failure={error} /> : null}
          <EmailField
            name="email"
            autoComplete="off"
            placeholder="ada@example.com"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={fieldError}
          />
          <RoleField value={role} onValueChange={setRole} canManageOwners={canInviteOwners} />
          <DialogFooter>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" loading={isPending}>
              Send invitation
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
      {proofDialog}
    </>
  );
}
