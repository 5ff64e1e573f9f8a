"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { Button, type ButtonProps } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { toast } from "@/components/toast";
import type { ActionResult } from "@/lib/result";

export interface ConfirmActProps extends Pick<ButtonProps, "variant" | "size" | "aria-label"> {
  label: string;
  title: string;
  confirmLabel: string;
  tone?: "danger" | "primary";
  typeToConfirm?: string;
  /** What is said when it is done. */
  done: string;
  /** Where it leads when it is done, where its own page is gone. */
  leadsTo?: Route;
  /** A server's action with what it acts on. */
  act: () => Promise<ActionResult<unknown>>;
  /** What it means. */
  children: ReactNode;
}

/** A button that asks before it acts. */
export function ConfirmAct(props: ConfirmActProps) {
  const { label, title, confirmLabel, tone = "danger", typeToConfirm, done, act, children } = props;
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  async function confirm() {
    setFailure(null);
    const result = await withRecentSignIn(() => act().catch(unreachable));
    if (!result.ok) return setFailure(result.error);
    setIsOpen(false);
    toast.success(done);
    if (props.leadsTo) router.push(props.leadsTo);
  }

  return (
    <>
      <Button
        variant={props.variant}
        size={props.size}
        aria-label={props["aria-label"]}
        onClick={() => {
          setFailure(null);
          setIsOpen(true);
        }}
      >
        {label}
      </Button>
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setIsOpen}
        title={title}
        confirmLabel={confirmLabel}
        tone={tone}
        {...(typeToConfirm === undefined ? {} : { typeToConfirm })}
        failure={failure ? <FailureCallout failure={failure} /> : null}
        onConfirm={confirm}
      >
        {children}
      </ConfirmDialog>
      {proofDialog}
    </>
  );
}
