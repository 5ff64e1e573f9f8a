"use client";

import { UserPlus } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/button";

const InviteDialog = dynamic(() =>
  import("@/app/(dashboard)/settings/members/invite-dialog").then((file) => file.InviteDialog),
);

export function InviteButton({ canInviteOwners }: { canInviteOwners: boolean }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" size="sm" onClick={() => setOpen(true)}>
        <UserPlus aria-hidden /> Invite
      </Button>
      {isOpen ? (
        <InviteDialog canInviteOwners={canInviteOwners} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}
