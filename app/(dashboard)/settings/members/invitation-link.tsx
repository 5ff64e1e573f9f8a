"use client";

import { Button } from "@/components/button";
import { CodeBlock } from "@/components/code-block";
import { Dialog } from "@/components/dialog";

export interface InvitationLinkProps {
  email: string;
  link: string;
  onClose: () => void;
}

/** The link of an invitation, where no mail server brings it: shown once, for passing on. */
export function InvitationLink({ email, link, onClose }: InvitationLinkProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Pass the link on"
      description={
        <>
          No mail server is configured, so nothing was sent. Give this link to{" "}
          <span className="wrap-anywhere text-fg">{email}</span> yourself. It works once, for seven
          days, for this address alone, and isn’t shown again.
        </>
      }
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <CodeBlock code={link} label="Invitation link" copyLabel="Copy link" wrap />
    </Dialog>
  );
}
