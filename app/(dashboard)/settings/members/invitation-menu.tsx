"use client";

import { Ellipsis, Send, X } from "lucide-react";
import dynamic from "next/dynamic";
import { useState, useTransition } from "react";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import {
  resendInvitationAction,
  revokeInvitationAction,
} from "@/app/(dashboard)/settings/members/actions";
import { Button } from "@/components/button";
import { DropdownMenu, DropdownMenuItem } from "@/components/dropdown-menu";
import { toast } from "@/components/toast";

const InvitationLink = dynamic(() =>
  import("@/app/(dashboard)/settings/members/invitation-link").then((file) => file.InvitationLink),
);

/** Sends an open invitation again, with another link, or takes it back. */
export function InvitationMenu({ id, email }: { id: string; email: string }) {
  const [link, setLink] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();

  function resend() {
    startTransition(async () => {
      const result = await resendInvitationAction({ invitationId: id }).catch(unreachable);
      if (!result.ok) return void toast.error(result.error.message);
      if (result.data.link) return setLink(result.data.link);
      toast.success("Invitation sent again", { description: "The link before it is void." });
    });
  }

  function revoke() {
    startTransition(async () => {
      const result = await revokeInvitationAction({ invitationId: id }).catch(unreachable);
      if (result.ok) toast.success("Invitation taken back", { description: "Its link is void." });
      else toast.error(result.error.message);
    });
  }

  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="ghost"
            iconOnly
            loading={isPending}
            aria-label={`Actions for ${email}`}
            className="relative"
          >
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <DropdownMenuItem icon={<Send aria-hidden />} onSelect={resend}>
          Send again
        </DropdownMenuItem>
        <DropdownMenuItem tone="danger" icon={<X aria-hidden />} onSelect={revoke}>
          Revoke
        </DropdownMenuItem>
      </DropdownMenu>
      {link ? <InvitationLink email={email} link={link} onClose={() => setLink(null)} /> : null}
    </>
  );
}
