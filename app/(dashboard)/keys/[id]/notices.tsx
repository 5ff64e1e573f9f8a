import type { Route } from "next";
import type { ReactNode } from "react";
import { UndoRevoke } from "@/app/(dashboard)/keys/[id]/undo-revoke-button";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { dayYearText } from "@/lib/day-text";
import type { KeyDetail } from "@/lib/keys/detail";

export interface NoticesProps {
  apiKey: KeyDetail;
  acted: ActedKey;
  canManage: boolean;
}

/** What keeps the key from working, or soon will, and the way on. */
export function Notices({ apiKey, acted, canManage }: NoticesProps) {
  const another = canManage ? (
    <ButtonLink size="sm" href={"/keys?new=1" as Route}>
      Create key
    </ButtonLink>
  ) : null;
  switch (acted.status) {
    case "revoked":
      return (
        <RevokedNotice apiKey={apiKey} acted={acted} another={another} canManage={canManage} />
      );
    case "expired":
      return (
        <Callout tone="red" role="note" title="This key has expired" action={another}>
          {apiKey.rotationDeadlineAt
            ? "Its rotation was due and nobody claimed it. Every request with it is refused."
            : "Every request with it is refused. It can’t be brought back."}
        </Callout>
      );
    case "disabled":
      return (
        <Callout tone="amber" title="This key is disabled">
          Every request with it is refused until somebody enables it.
        </Callout>
      );
    default:
      return apiKey.rotationDeadlineAt ? (
        <Callout
          tone="amber"
          title={`A rotation is due: claim it by ${dayYearText(apiKey.rotationDeadlineAt)}`}
        >
          {apiKey.rotationDays
            ? `The secret has reached ${apiKey.rotationDays} ${apiKey.rotationDays === 1 ? "day" : "days"}. `
            : null}
          Rotate it here, or have your program call{" "}
          <code className="font-mono">POST /v1/key/rotate</code> with the old secret. Unclaimed, the
          key stops working then.
        </Callout>
      ) : null;
  }
}

interface RevokedNoticeProps extends NoticesProps {
  another: ReactNode;
}

function RevokedNotice({ apiKey, acted, another, canManage }: RevokedNoticeProps) {
  if (apiKey.revokedReason === "exposed") {
    return (
      <Callout tone="red" role="note" title="This key was seen in public" action={another}>
        It was revoked at once, and that can’t be undone: whoever saw it could use it. Create
        another key, and look at its usage for requests that aren’t yours.
      </Callout>
    );
  }
  const by = apiKey.revokedBy ? ` by ${apiKey.revokedBy}` : "";
  return (
    <Callout
      tone="red"
      role="note"
      title="This key is revoked"
      action={canManage && acted.undoUntil ? <UndoRevoke apiKey={acted} /> : another}
    >
      It was revoked{by}, and every request with it is refused.
      {acted.undoUntil ? null : " An hour has passed, so that can’t be undone any more."}
    </Callout>
  );
}
