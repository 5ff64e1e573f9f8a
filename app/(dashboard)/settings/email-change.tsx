"use client";

import { type FormEvent, useState, useTransition } from "react";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { changeEmailAction } from "@/app/(dashboard)/settings/security-actions";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { EmailField } from "@/components/email-field";
import type { ActionError } from "@/lib/result";

/** A new address, which counts once the link that is mailed there is opened. */
export function EmailChange() {
  const [draft, setDraft] = useState("");
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [error, setError] = useState<ActionError | null>(null);
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function request(event: FormEvent) {
    event.preventDefault();
    if (isPending || draft.trim() === "") return;
    startTransition(async () => {
      const result = await withRecentSignIn(() => changeEmailAction({ email: draft }));
      setError(result.ok ? null : result.error);
      setSentTo(result.ok ? draft.trim() : null);
      if (result.ok) setDraft("");
    });
  }

  return (
    <>
      <form onSubmit={request} noValidate className="grid max-w-120 gap-3">
        <div className="flex items-start gap-2">
          <EmailField
            label="New email address"
            hint="We mail a link there. Nothing changes until you open it."
            error={error?.fields?.email ?? (error ? error.message : undefined)}
            autoComplete="email"
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            className="min-w-0 flex-1"
          />
          <Button
            type="submit"
            loading={isPending}
            disabled={draft.trim() === ""}
            className="mt-6.5"
          >
            Change
          </Button>
        </div>
        {sentTo ? (
          <Callout tone="green" role="status">
            Open the link in the mail to <span className="break-all">{sentTo}</span> within an hour,
            in a browser where you are signed in.
          </Callout>
        ) : null}
      </form>
      {proofDialog}
    </>
  );
}
