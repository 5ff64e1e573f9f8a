"use client";

import { type FormEvent, useState, useTransition } from "react";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { changeRoleAction } from "@/app/(dashboard)/settings/members/actions";
import type { ActedMember } from "@/app/(dashboard)/settings/members/member-menu";
import { RoleField } from "@/app/(dashboard)/settings/members/role-field";
import { roleTexts } from "@/app/(dashboard)/settings/members/role-text";
import { Button } from "@/components/button";
import { Dialog, DialogFooter } from "@/components/dialog";
import { toast } from "@/components/toast";

export interface RoleDialogProps {
  member: ActedMember;
  canManageOwners: boolean;
  onClose: () => void;
}

/** Gives a member another role; it counts from their next request on. */
export function RoleDialog({ member, canManageOwners, onClose }: RoleDialogProps) {
  const [role, setRole] = useState(member.role);
  const [failure, setFailure] = useState<Failure>();
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function save(event: FormEvent) {
    event.preventDefault();
    if (isPending || role === member.role) return;
    startTransition(async () => {
      const { userId } = member;
      const result = await withRecentSignIn(() =>
        changeRoleAction({ userId, role }).catch(unreachable),
      );
      if (!result.ok) return setFailure(result.error);
      toast.success("Role changed", { description: `Now ${roleTexts[role].label.toLowerCase()}.` });
      onClose();
    });
  }

  return (
    <>
      <Dialog open onOpenChange={onClose} title={`Change the role of ${member.name}`} size="sm">
        <form onSubmit={save} className="grid gap-4">
          {failure ? <FailureCallout failure={failure} /> : null}
          <RoleField value={role} onValueChange={setRole} canManageOwners={canManageOwners} />
          <DialogFooter>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              variant="primary"
              loading={isPending}
              disabled={role === member.role}
            >
              Change role
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
      {proofDialog}
    </>
  );
}
