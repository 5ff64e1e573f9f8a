"use client";

import { Crown, Ellipsis, LogOut, UserCog, UserMinus } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/dropdown-menu";
import type { Role } from "@/lib/scope";

const RoleDialog = dynamic(() =>
  import("@/app/(dashboard)/settings/members/role-dialog").then((file) => file.RoleDialog),
);
const TransferDialog = dynamic(() =>
  import("@/app/(dashboard)/settings/members/transfer-dialog").then((file) => file.TransferDialog),
);
const RemoveDialog = dynamic(() =>
  import("@/app/(dashboard)/settings/members/remove-dialog").then((file) => file.RemoveDialog),
);

export interface ActedMember {
  userId: string;
  name: string;
  role: Role;
  /** Keys that they made and that still work. */
  keyCount: number;
  /** The workspace's only owner, who stays that until there is another. */
  isLastOwner: boolean;
}

export interface MemberMenuProps {
  member: ActedMember;
  isOwn: boolean;
  canChange: boolean;
  canManageOwners: boolean;
}

/** What can be done with a member, and by everybody with themselves. */
export function MemberMenu({ member, isOwn, canChange, canManageOwners }: MemberMenuProps) {
  const [asked, setAsked] = useState<"role" | "transfer" | "remove" | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="ghost"
            iconOnly
            aria-label={`Actions for ${member.name}`}
            className="relative"
          >
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        {canChange ? (
          <DropdownMenuItem icon={<UserCog aria-hidden />} onSelect={() => setAsked("role")}>
            Change role
          </DropdownMenuItem>
        ) : null}
        {canManageOwners && !isOwn && member.role !== "owner" ? (
          <DropdownMenuItem icon={<Crown aria-hidden />} onSelect={() => setAsked("transfer")}>
            Transfer ownership
          </DropdownMenuItem>
        ) : null}
        {canChange ? <DropdownMenuSeparator /> : null}
        <DropdownMenuItem
          tone="danger"
          icon={isOwn ? <LogOut aria-hidden /> : <UserMinus aria-hidden />}
          onSelect={() => setAsked("remove")}
        >
          {isOwn ? "Leave workspace" : "Remove"}
        </DropdownMenuItem>
      </DropdownMenu>
      {asked === "role" ? (
        <RoleDialog member={member} canManageOwners={canManageOwners} onClose={close} />
      ) : null}
      {asked === "transfer" ? <TransferDialog member={member} onClose={close} /> : null}
      {asked === "remove" ? <RemoveDialog member={member} isOwn={isOwn} onClose={close} /> : null}
    </>
  );
}
