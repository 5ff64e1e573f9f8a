"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { startTopUpAction } from "@/app/(dashboard)/billing/actions";
import { useDialogAddress } from "@/app/(dashboard)/billing/use-dialog-address";
import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { Checkbox } from "@/components/checkbox";
import { Dialog, DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Segmented } from "@/components/segmented";
import { parseDollars, topUpPresetsCents } from "@/lib/billing/amounts";

const presets = topUpPresetsCents.map((cents) => ({
  value: String(cents),
  label: `$${cents / 100}`,
}));

const offline = {
  code: "OFFLINE",
  message: "You seem to be offline. Check your connection and try again.",
};
const unreadable = "Enter an amount in dollars, such as 25 or 12.50.";

/** Works on plain http as well, where `crypto.randomUUID` doesn't exist. */
function newNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** The page's primary action. The dialog is open while the address says `?add=1`. */
export function TopUpButton({ hasCard }: { hasCard: boolean }) {
  const [opened, setOpened] = useDialogAddress("add");
  const [isLeaving, setLeaving] = useState(false);
  // A browser may bring the page back as it was left.
  useEffect(() => {
    const stay = () => setLeaving(false);
    window.addEventListener("pageshow", stay);
    return () => window.removeEventListener("pageshow", stay);
  }, []);

  /** The way back from the payment leads to the page and not into the dialog again. */
  function leaveFor(checkoutUrl: string) {
    setLeaving(true);
    setOpened(null);
    window.location.assign(checkoutUrl);
  }

  return (
    <>
      <Button variant="primary" onClick={() => setOpened("1")}>
        Top up
      </Button>
      <Dialog
        open={opened !== null || isLeaving}
        onOpenChange={(open) => setOpened(open ? "1" : null)}
        size="sm"
        title="Top up"
        description="Paid credit doesn’t expire."
      >
        <TopUpForm hasCard={hasCard} onCancel={() => setOpened(null)} onCheckout={leaveFor} />
      </Dialog>
    </>
  );
}

interface TopUpFormProps {
  /** Whether a card is saved already; another is saved by replacing it. */
  hasCard: boolean;
  onCancel: () => void;
  onCheckout: (checkoutUrl: string) => void;
}

function TopUpForm({ hasCard, onCancel, onCheckout }: TopUpFormProps) {
  const [amount, setAmount] = useState("25.00");
  const [isCardKept, setCardKept] = useState(false);
  const [fieldError, setFieldError] = useState<string>();
  const [error, setError] = useState<{ code: string; message: string }>();
  const [isBusy, setBusy] = useState(false);
  // Belongs to this opening of the dialog: pressing twice is one payment, opening it again another.
  const nonce = useRef<string>(null);
  const cents = parseDollars(amount);

  function changeAmount(text: string) {
    setAmount(text);
    setFieldError(undefined);
    setError(undefined);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (isBusy) return;
    if (cents === null) return setFieldError(unreadable);
    nonce.current ??= newNonce();
    setBusy(true);
    const result = await startTopUpAction({
      amountCents: cents,
      formNonce: `${nonce.current}-${cents}${isCardKept ? "-card" : ""}`,
      saveCard: isCardKept,
    }).catch(() => null);
    // The provider's page may be anybody's; the button stays busy until it is there.
    if (result?.ok) return onCheckout(result.data.checkoutUrl);
    setBusy(false);
    if (!result) return setError(offline);
    const wrongAmount = result.error.fields?.amountCents;
    if (wrongAmount) setFieldError(wrongAmount);
    else setError(result.error);
  }

  return (
    <form onSubmit={submit} noValidate className="grid gap-3">
      {error ? (
        <Callout tone="red" action={error.code === "UNAUTHENTICATED" ? <SignInLink /> : null}>
          {error.message}
        </Callout>
      ) : null}
      <Field label="Amount" aside="US dollars, from $5 to $10,000" error={fieldError}>
        {(control) => (
          <Input
            {...control}
            leading="$"
            inputMode="decimal"
            autoComplete="off"
            value={amount}
            onChange={(event) => changeAmount(event.target.value)}
          />
        )}
      </Field>
      <Segmented
        label="Common sums"
        className="h-10! w-full! [&>*]:flex-1 [&>*]:justify-center"
        options={presets}
        value={String(cents)}
        onValueChange={(value) => changeAmount((Number(value) / 100).toFixed(2))}
      />
      {hasCard ? null : (
        <Checkbox
          className="mt-1"
          label="Save this card for automatic top-ups"
          description="It is charged only once you turn them on."
          checked={isCardKept}
          onChange={(event) => setCardKept(event.target.checked)}
        />
      )}
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isBusy}>
          Top up
        </Button>
      </DialogFooter>
    </form>
  );
}
