"use client";

import { type FormEvent, useEffect, useState } from "react";
import {
  listProofChoicesAction,
  type ProofChoices,
  proveAction,
  proveWithProviderAction,
} from "@/app/(dashboard)/recent-sign-in/actions";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { Dialog, DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { PasswordInput } from "@/components/password-input";
import { ProviderMark } from "@/components/provider-mark";
import { Skeleton } from "@/components/skeleton";
import type { ActionError } from "@/lib/result";

const unreachable: ActionError = {
  code: "UNAVAILABLE",
  message: "The server can’t be reached. Check your connection and try again.",
};

/** Asks who is sitting there. Answers true once that is shown, false when the dialog is closed. */
export function ProofDialog({ onAnswer }: { onAnswer: (isProved: boolean) => void }) {
  const [choices, setChoices] = useState<ProofChoices | null>(null);
  const [error, setError] = useState<ActionError | null>(null);

  useEffect(() => {
    let isHere = true;
    void listProofChoicesAction()
      .catch(() => ({ ok: false, error: unreachable }) as const)
      .then((result) => {
        if (!isHere) return;
        if (result.ok) setChoices(result.data);
        else setError(result.error);
      });
    return () => {
      isHere = false;
    };
  }, []);

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onAnswer(false)}
      size="sm"
      title="Confirm that it’s you"
      description="This is a sensitive change, and you signed in a while ago. We won’t ask again for ten minutes."
    >
      {error ? <Callout tone="red">{error.message}</Callout> : null}
      {!choices && !error ? <Skeleton className="h-16" /> : null}
      {choices ? <ProofBody choices={choices} onAnswer={onAnswer} /> : null}
    </Dialog>
  );
}

interface ProofBodyProps {
  choices: ProofChoices;
  onAnswer: (isProved: boolean) => void;
}

function ProofBody({ choices, onAnswer }: ProofBodyProps) {
  const [way, setWay] = useState<"password" | "code" | null>(
    choices.password ? "password" : choices.code ? "code" : null,
  );
  return (
    <div className="grid gap-4">
      {way ? <ProofForm key={way} way={way} onAnswer={onAnswer} /> : null}
      {choices.password && choices.code ? (
        <button
          type="button"
          onClick={() => setWay(way === "password" ? "code" : "password")}
          className="justify-self-start rounded-sm text-sm text-fg-2 underline decoration-line-strong underline-offset-3 hover:text-fg"
        >
          {way === "password" ? "Use a two-factor code" : "Use your password"}
        </button>
      ) : null}
      {choices.providers.map((provider) => (
        <ProviderProof key={provider.id} {...provider} onAnswer={onAnswer} />
      ))}
      {way === null && choices.providers.length === 0 ? (
        <Callout tone="amber">Sign out and in again, then repeat this.</Callout>
      ) : null}
    </div>
  );
}

function ProofForm({
  way,
  onAnswer,
}: {
  way: "password" | "code";
  onAnswer: (ok: boolean) => void;
}) {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<ActionError | null>(null);
  // No transition: the act that waits for the answer is one, and React ends them together.
  const [isPending, setIsPending] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    // The dialog may stand inside a form of the page, whose turn it isn't.
    event.stopPropagation();
    if (isPending) return;
    setIsPending(true);
    const proof = way === "password" ? { password: typed } : { code: typed };
    const result = await proveAction(proof).catch(
      () => ({ ok: false, error: unreachable }) as const,
    );
    setIsPending(false);
    if (result.ok) onAnswer(true);
    else setError(result.error);
  }

  const fieldError = error?.fields?.[way] ?? (error?.fields ? error.message : undefined);
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {error && !error.fields ? <Callout tone="red">{error.message}</Callout> : null}
      <Field
        label={way === "password" ? "Your password" : "Two-factor code"}
        hint={way === "code" ? "From your app, or a recovery code." : undefined}
        error={fieldError}
      >
        {(control) =>
          way === "password" ? (
            <PasswordInput
              {...control}
              autoComplete="current-password"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          ) : (
            <Input
              {...control}
              mono
              autoComplete="one-time-code"
              inputMode="numeric"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )
        }
      </Field>
      <DialogFooter>
        <Button onClick={() => onAnswer(false)}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isPending} disabled={typed === ""}>
          Confirm
        </Button>
      </DialogFooter>
    </form>
  );
}

interface ProviderProofProps {
  id: string;
  name: string;
  onAnswer: (isProved: boolean) => void;
}

/** The provider's page opens in a tab of its own, so that what was typed here stays. */
function ProviderProof({ id, name, onAnswer }: ProviderProofProps) {
  const [isOpened, setIsOpened] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function open() {
    // Opened at once: a browser blocks tabs that open after a wait.
    const tab = window.open("", "_blank");
    const result = await proveWithProviderAction({ provider: id }).catch(
      () => ({ ok: false, error: unreachable }) as const,
    );
    setError(result.ok ? null : result.error.message);
    if (!result.ok) return tab?.close();
    if (tab) tab.location.href = result.data;
    setIsOpened(true);
  }

  return (
    <div className="grid gap-2">
      {error ? <Callout tone="red">{error}</Callout> : null}
      <Button onClick={open}>
        <ProviderMark id={id} /> Confirm with {name}
      </Button>
      {isOpened ? (
        <Button variant="primary" onClick={() => onAnswer(true)}>
          I’ve confirmed, go on
        </Button>
      ) : null}
    </div>
  );
}
