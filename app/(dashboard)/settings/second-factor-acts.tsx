"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import type { QrCode } from "@/app/(dashboard)/settings/qr-code";
import {
  beginSecondFactorAction,
  renewRecoveryCodesAction,
} from "@/app/(dashboard)/settings/security-actions";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";
import type { ActionResult } from "@/lib/result";

const EnrolDialog = dynamic(
  async () => (await import("@/app/(dashboard)/settings/enrol-dialog")).EnrolDialog,
  { ssr: false },
);
const CodesDialog = dynamic(
  async () => (await import("@/app/(dashboard)/settings/codes-dialog")).CodesDialog,
  { ssr: false },
);
const DisableDialog = dynamic(
  async () => (await import("@/app/(dashboard)/settings/disable-factor-dialog")).DisableDialog,
  { ssr: false },
);

type Shown =
  | { dialog: "enrol"; secret: string; qr: QrCode }
  | { dialog: "codes"; codes: readonly string[] }
  | { dialog: "disable" }
  | null;

/** The buttons of the section, and the dialogs that they open. */
export function SecondFactorActs({ isOn }: { isOn: boolean }) {
  const router = useRouter();
  const [shown, setShown] = useState<Shown>(null);
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function run<T>(act: () => Promise<ActionResult<T>>, then: (data: T) => void) {
    startTransition(async () => {
      const result = await withRecentSignIn(act);
      if (result.ok) then(result.data);
      else if (result.error.code !== "RECENT_SIGN_IN_REQUIRED") toast.error(result.error.message);
    });
  }

  function close() {
    setShown(null);
    router.refresh();
  }

  return (
    <>
      {isOn ? (
        <>
          <Button
            size="sm"
            loading={isPending}
            onClick={() =>
              run(renewRecoveryCodesAction, (codes) => setShown({ dialog: "codes", codes }))
            }
          >
            New recovery codes
          </Button>
          <Button size="sm" onClick={() => setShown({ dialog: "disable" })}>
            Turn off
          </Button>
        </>
      ) : (
        <Button
          size="sm"
          loading={isPending}
          onClick={() =>
            run(beginSecondFactorAction, (data) => setShown({ dialog: "enrol", ...data }))
          }
        >
          Turn on
        </Button>
      )}
      {shown?.dialog === "enrol" ? (
        <EnrolDialog
          secret={shown.secret}
          qr={shown.qr}
          onEnrolled={(codes) => setShown({ dialog: "codes", codes })}
          onClose={() => setShown(null)}
        />
      ) : null}
      {shown?.dialog === "codes" ? <CodesDialog codes={shown.codes} onClose={close} /> : null}
      {shown?.dialog === "disable" ? <DisableDialog onClose={close} /> : null}
      {proofDialog}
    </>
  );
}
