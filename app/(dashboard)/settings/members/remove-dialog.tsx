"use client";

import { useState } from "react";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import {
  leaveWorkspaceAction,
  removeMemberAction,
} from "@/app/(dashboard)/settings/members/actions";
import type { ActedMember } from "@/app/(dashboard)/settings/members/member-menu";
import { goToWorkspace } from "@/app/workspaces/go-to-workspace";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { RadioGroup } from "@/components/radio-group";
import { toast } from "@/components/toast";
import { countText } from "@/lib/count-text";

export interface RemoveDialogProps {
  member: ActedMember;
  isOwn: boolean;
  onClose: () => void;
}

/** Takes somebody out, or oneself, once it is said what becomes of the keys that they made. */
export function RemoveDialog({ member, isOwn, onClose }: RemoveDialogProps) {
  const [keys, setKeys] = useState<"keep" | "revoke">("keep");
  const [failure, setFailure] = useState<Failure>();
  const { userId, name, keyCount, isLastOwner } = member;

  async function takeOut() {
    const act = isOwn ? leaveWorkspaceAction({ keys }) : removeMemberAction({ userId, keys });
    const result = await act.catch(unreachable);
    if (!result.ok) return setFailure(result.error);
    // A page of its own: nothing of the workspace that was left stays in this one.
    if (isOwn) return goToWorkspace();
    toast.success("Member removed", { description: `${name} can’t open this workspace any more.` });
    onClose();
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={isOwn ? "Leave this workspace?" : `Remove ${name}?`}
      confirmLabel={isOwn ? "Leave workspace" : "Remove member"}
      impossible={isLastOwner}
      failure={failure ? <FailureCallout failure={failure} /> : null}
      onConfirm={takeOut}
    >
      <p>{textOf(isOwn, isLastOwner)}</p>
      {keyCount === 0 || isLastOwner ? null : (
        <div className="mt-2">
          <RadioGroup
            legend={`${countText(keyCount)} ${keyCount === 1 ? "key" : "keys"} made by ${isOwn ? "you" : "them"}`}
            value={keys}
            onValueChange={setKeys}
            options={[
              {
                value: "keep",
                label: "Keep",
                description: "They belong to the workspace, and programs use them.",
              },
              {
                value: "revoke",
                label: "Revoke",
                description:
                  "Requests with them are refused at once. Can be undone for 60 minutes.",
              },
            ]}
          />
        </div>
      )}
    </ConfirmDialog>
  );
}

function textOf(isOwn: boolean, isLastOwner: boolean): string {
  if (isLastOwner)
    return "You are its only owner. Make another member an owner first, or delete the workspace.";
  return isOwn
    ? "You can’t open it any more, until somebody invites you again."
    : "They can’t open this workspace from their next request on.";
}
