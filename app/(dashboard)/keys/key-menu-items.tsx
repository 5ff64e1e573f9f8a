"use client";

import {
  ArrowUpRight,
  CircleCheck,
  CirclePause,
  Pencil,
  RefreshCw,
  Trash2,
  Undo2,
} from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { startTransition } from "react";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { disableKey, enableKey } from "@/app/(dashboard)/keys/switch-key";
import { undoRevoke } from "@/app/(dashboard)/keys/undo-revoke";
import { DropdownMenuItem, DropdownMenuSeparator } from "@/components/dropdown-menu";

export interface KeyMenuItemsProps {
  apiKey: ActedKey;
  onRename: () => void;
  onRevoke: () => void;
}

/** What can be done with a key as it stands. */
export function KeyMenuItems({ apiKey, onRename, onRevoke }: KeyMenuItemsProps) {
  const { id, status, undoUntil } = apiKey;
  const isRevoked = status === "revoked";
  const isDisabled = status === "disabled";
  const works = !isRevoked && !isDisabled && status !== "expired";
  return (
    <>
      <DropdownMenuItem asChild>
        <Link href={`/keys/${id}` as Route}>
          <ArrowUpRight aria-hidden />
          Open
        </Link>
      </DropdownMenuItem>
      <DropdownMenuItem icon={<Pencil aria-hidden />} onSelect={onRename}>
        Rename
      </DropdownMenuItem>
      {works ? (
        <>
          <DropdownMenuItem asChild>
            <Link href={`/keys/${id}?rotate=1` as Route}>
              <RefreshCw aria-hidden />
              Rotate
            </Link>
          </DropdownMenuItem>
          <DropdownMenuItem
            icon={<CirclePause aria-hidden />}
            onSelect={() => startTransition(() => disableKey(apiKey))}
          >
            Disable
          </DropdownMenuItem>
        </>
      ) : null}
      {isDisabled ? (
        <DropdownMenuItem
          icon={<CircleCheck aria-hidden />}
          onSelect={() => startTransition(() => enableKey(apiKey))}
        >
          Enable
        </DropdownMenuItem>
      ) : null}
      {undoUntil ? (
        <DropdownMenuItem
          icon={<Undo2 aria-hidden />}
          onSelect={() => startTransition(() => undoRevoke(apiKey))}
        >
          Undo revoke
        </DropdownMenuItem>
      ) : null}
      {isRevoked ? null : (
        <>
          <DropdownMenuSeparator />
          <DropdownMenuItem tone="danger" icon={<Trash2 aria-hidden />} onSelect={onRevoke}>
            Revoke
          </DropdownMenuItem>
        </>
      )}
    </>
  );
}
