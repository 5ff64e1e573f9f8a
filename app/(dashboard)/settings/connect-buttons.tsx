"use client";

import { useState, useTransition } from "react";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import {
  connectAccountAction,
  disconnectAccountAction,
} from "@/app/(dashboard)/settings/security-actions";
import { Button } from "@/components/button";
import type { ActionError } from "@/lib/result";

export interface ConnectButtonProps {
  provider: string;
  name: string;
}

/** Leads to the provider, which leads back here. */
export function ConnectButton({ provider, name }: ConnectButtonProps) {
  const [refusal, setRefusal] = useState<ActionError | null>(null);
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function connect() {
    startTransition(async () => {
      const result = await withRecentSignIn(() => connectAccountAction({ provider }));
      if (result.ok) window.location.assign(result.data);
      setRefusal(result.ok ? null : result.error);
    });
  }

  return (
    <>
      <Button size="sm" onClick={connect} loading={isPending} aria-label={`Connect ${name}`}>
        Connect
      </Button>
      <Refusal error={refusal} />
      {proofDialog}
    </>
  );
}

export function DisconnectButton({ provider, name }: ConnectButtonProps) {
  const [refusal, setRefusal] = useState<ActionError | null>(null);
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function disconnect() {
    startTransition(async () => {
      const result = await withRecentSignIn(() => disconnectAccountAction({ provider }));
      setRefusal(result.ok ? null : result.error);
    });
  }

  return (
    <>
      <Button size="sm" onClick={disconnect} loading={isPending} aria-label={`Disconnect ${name}`}>
        Disconnect
      </Button>
      <Refusal error={refusal} />
      {proofDialog}
    </>
  );
}

/** Stands on a line of its own below the row's button; whoever closed the question knows why nothing happened. */
function Refusal({ error }: { error: ActionError | null }) {
  if (!error || error.code === "RECENT_SIGN_IN_REQUIRED") return null;
  return (
    <p role="alert" className="order-last w-full text-sm text-red">
      {error.message}
    </p>
  );
}
