"use client";

import { Ban, Ellipsis, Pencil, Power, RefreshCw, Trash2 } from "lucide-react";
import { startTransition, useOptimistic, useState, useTransition } from "react";
import { usePageDialog } from "@/app/(dashboard)/keys/[id]/dialog-address";
import { RotateFlow } from "@/app/(dashboard)/keys/[id]/rotation/rotate-flow";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { renameKeyAction } from "@/app/(dashboard)/keys/actions";
import { KeyStatusText } from "@/app/(dashboard)/keys/key-status-text";
import { enableKey } from "@/app/(dashboard)/keys/switch-key";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/dropdown-menu";
import { lazyPart } from "@/components/lazy-part";
import { PageHeader } from "@/components/page-header";
import { toast } from "@/components/toast";
import type { KeySummary } from "@/lib/keys/queries";
import { keyEndsAt } from "@/lib/keys/status";
import type { ActionError } from "@/lib/result";

const RenameDialog = lazyPart(() => import("@/app/(dashboard)/keys/rename-dialog"));
const RevokeDialog = lazyPart(() => import("@/app/(dashboard)/keys/revoke-dialog"));
const DisableDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/disable-dialog"));

export interface KeyHeaderProps {
  apiKey: KeySummary;
  acted: ActedKey;
  /** The database's clock. */
  now: Date;
  canManage: boolean;
  /** No rotation is under way, and the key works. */
  canRotate: boolean;
  /** Ends in `/v1`. */
  apiBaseUrl: string;
}

/** The key's name, state and masked secret, and the acts on the key as a whole with their dialogs. */
export function KeyHeader(props: KeyHeaderProps) {
  const { apiKey, acted, now, canManage } = props;
  const [name, showName] = useOptimistic(apiKey.name);
  return (
    <PageHeader
      title={<span className="wrap-anywhere">{name}</span>}
      description={
        <span className="mt-1 flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
          {/* The way back from a revoke stands below, with the time that is left for it. */}
          <KeyStatusText apiKey={apiKey} acted={acted} now={now} canManage={false} />
          <span className="inline-flex items-baseline gap-2">
            <span className="font-mono text-[0.8125rem]">{acted.masked}</span>
            <Badge {...(apiKey.environment === "test" ? { tone: "amber" as const } : {})}>
              {apiKey.environment}
            </Badge>
          </span>
        </span>
      }
      actions={
        canManage ? <KeyActions {...props} acted={{ ...acted, name }} onRename={showName} /> : null
      }
    />
  );
}

/** `acted` has the name as shown: a new one stands here before the server has it. */
interface KeyActionsProps extends KeyHeaderProps {
  onRename: (name: string) => void;
}

function KeyActions({ apiKey, acted, canRotate, apiBaseUrl, onRename }: KeyActionsProps) {
  const { id, name, status } = acted;
  const [dialog, open] = usePageDialog();
  const [refused, setRefused] = useState<{ draft: string; failure: ActionError }>();
  const [isEnabling, startEnabling] = useTransition();
  const isOver = status === "revoked" || status === "expired";
  const close = () => open(null);

  function rename(draft: string) {
    close();
    setRefused(undefined);
    startTransition(async () => {
      onRename(draft);
      const result = await renameKeyAction({ id, name: draft }).catch(unreachable);
      if (result.ok) return void toast.success("Key renamed");
      setRefused({ draft, failure: result.error });
      open("rename");
    });
  }

  return (
    <>
      {canRotate ? (
        <Button onClick={() => open("rotate")}>
          <RefreshCw aria-hidden />
          Rotate
        </Button>
      ) : null}
      {isOver ? null : status === "disabled" ? (
        <Button
          variant="primary"
          loading={isEnabling}
          onClick={() => startEnabling(() => enableKey(acted))}
        >
          <Power aria-hidden />
          Enable
        </Button>
      ) : (
        <Button onClick={() => open("disable")}>
          <Ban aria-hidden />
          Disable
        </Button>
      )}
      <DropdownMenu
        trigger={
          <Button iconOnly aria-label={`Actions for ${name}`}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <DropdownMenuItem icon={<Pencil aria-hidden />} onSelect={() => open("rename")}>
          Rename
        </DropdownMenuItem>
        {status === "revoked" ? null : (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem
              tone="danger"
              icon={<Trash2 aria-hidden />}
              onSelect={() => open("revoke")}
            >
              Revoke
            </DropdownMenuItem>
          </>
        )}
      </DropdownMenu>
      <RotateFlow
        keyId={id}
        name={name}
        endsAt={keyEndsAt(apiKey)}
        apiBaseUrl={apiBaseUrl}
        isOpen={dialog === "rotate" && canRotate}
        onClose={close}
      />
      {dialog === "rename" ? (
        <RenameDialog
          name={apiKey.name}
          draft={refused?.draft ?? name}
          failure={refused?.failure}
          onClose={() => {
            setRefused(undefined);
            close();
          }}
          onRename={rename}
        />
      ) : null}
      {dialog === "disable" && !isOver && status !== "disabled" ? (
        <DisableDialog apiKey={acted} onClose={close} />
      ) : null}
      {dialog === "revoke" && status !== "revoked" ? (
        <RevokeDialog apiKey={acted} onClose={close} />
      ) : null}
    </>
  );
}
