"use client";

import { useRouter } from "next/navigation";
import { createContext, type ReactNode, use, useOptimistic, useState, useTransition } from "react";
import { updateKeyAction } from "@/app/(dashboard)/keys/actions";
import { disableKey } from "@/app/(dashboard)/keys/switch-key";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { lazyPart } from "@/components/lazy-part";
import { toast } from "@/components/toast";
import type { KeyScope } from "@/lib/keys/terms";

const CapsDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/settings/edit-caps"));
const ExpiryDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/settings/edit-expiry"));

/** The key as far as its fixes need it. */
export interface FixedKey {
  id: string;
  name: string;
  masked: string;
  scopes: KeyScope[];
  /** In ISO 8601. */
  updatedAt: string;
}

type Act = (run: () => Promise<void>) => void;
const RowContext = createContext<Act | null>(null);

/** A risk's row, which goes as soon as its fix is pressed and comes back where the server wouldn't have it. */
export function RiskRow({ className, children }: { className: string; children: ReactNode }) {
  const [isGone, hide] = useOptimistic(false);
  const [, startTransition] = useTransition();
  const act: Act = (run) =>
    startTransition(async () => {
      hide(true);
      await run();
    });
  return (
    <li hidden={isGone} className={className}>
      <RowContext value={act}>{children}</RowContext>
    </li>
  );
}

function useAct(): Act {
  const act = use(RowContext);
  if (!act) throw new Error("a fix stands outside of its row");
  return act;
}

/** Takes away the scopes that aren't used, and offers them back. */
export function NarrowButton({ apiKey, to }: { apiKey: FixedKey; to: KeyScope[] }) {
  const act = useAct();
  const router = useRouter();
  const { id, name, masked, scopes, updatedAt } = apiKey;

  async function giveBack(expectedUpdatedAt: string) {
    const result = await updateKeyAction({ id, scopes, expectedUpdatedAt }).catch(unreachable);
    if (result.ok) toast.success("Scopes restored", { description: `${masked} is as it was.` });
    else toast.error("The scopes stay narrow", { description: result.error.message });
    router.refresh();
  }

  async function narrow() {
    const result = await updateKeyAction({ id, scopes: to, expectedUpdatedAt: updatedAt }).catch(
      unreachable,
    );
    if (!result.ok) {
      toast.error("The scopes weren’t changed", { description: result.error.message });
      return router.refresh();
    }
    const changedAt = new Date(result.data.updatedAt).toISOString();
    toast.success(`Narrowed to ${to.join(", ")}`, {
      description: `${masked} may do nothing else from its next request on.`,
      action: { label: "Undo", onClick: () => void giveBack(changedAt) },
    });
    router.refresh();
  }

  return (
    <Button size="sm" aria-label={`Narrow ${name} to ${to.join(", ")}`} onClick={() => act(narrow)}>
      Narrow to {to.join(", ")}
    </Button>
  );
}

/** Turns the key off, which can be undone from the toast and from its page. */
export function DisableButton({ apiKey }: { apiKey: FixedKey }) {
  const act = useAct();
  const router = useRouter();
  return (
    <Button
      size="sm"
      aria-label={`Disable ${apiKey.name}`}
      onClick={() =>
        act(async () => {
          await disableKey(apiKey);
          router.refresh();
        })
      }
    >
      Disable
    </Button>
  );
}

/** Opens the dialog of the key's page in which its caps are set. */
export function CapButton({ apiKey }: { apiKey: FixedKey }) {
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  return (
    <>
      <Button size="sm" aria-label={`Set a cap for ${apiKey.name}`} onClick={() => setOpen(true)}>
        Set a cap
      </Button>
      {isOpen ? (
        <CapsDialog
          apiKey={apiKey}
          caps={{ day: null, week: null, month: null, total: null }}
          onClose={() => {
            setOpen(false);
            router.refresh();
          }}
        />
      ) : null}
    </>
  );
}

/** The same for its expiry. */
export function ExpiryButton({ apiKey }: { apiKey: FixedKey }) {
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  return (
    <>
      <Button
        size="sm"
        aria-label={`Set an expiry for ${apiKey.name}`}
        onClick={() => setOpen(true)}
      >
        Set an expiry
      </Button>
      {isOpen ? (
        <ExpiryDialog
          apiKey={apiKey}
          expiresAt={null}
          onClose={() => {
            setOpen(false);
            router.refresh();
          }}
        />
      ) : null}
    </>
  );
}
