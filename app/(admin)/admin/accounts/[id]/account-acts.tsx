"use client";

import { Ellipsis, Eye, Gift } from "lucide-react";
import type { Route } from "next";
import type { ActedAccount } from "@/app/(admin)/admin/accounts/[id]/acted-account";
import type { AccountDialogProps } from "@/app/(admin)/admin/accounts/[id]/dialogs/suspend-dialog";
import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";
import { Button } from "@/components/button";
import { ButtonLink } from "@/components/button-link";
import { DropdownMenu, DropdownMenuItem } from "@/components/dropdown-menu";
import { lazyPart } from "@/components/lazy-part";

const SuspendDialog = lazyPart<AccountDialogProps>(
  () => import("@/app/(admin)/admin/accounts/[id]/dialogs/suspend-dialog"),
);
const LimitsDialog = lazyPart<AccountDialogProps>(
  () => import("@/app/(admin)/admin/accounts/[id]/dialogs/limits-dialog"),
);
const PlanDialog = lazyPart<AccountDialogProps>(
  () => import("@/app/(admin)/admin/accounts/[id]/dialogs/plan-dialog"),
);
const LookDialog = lazyPart<AccountDialogProps>(
  () => import("@/app/(admin)/admin/accounts/[id]/dialogs/look-dialog"),
);

const dialogs = ["suspend", "limits", "plan", "look"] as const;

/** What can be done to an account; the address says which dialog is open. */
export function AccountActs({ account }: { account: ActedAccount }) {
  const [dialog, open] = useAddressDialog(dialogs);
  const part = { account, onClose: () => open(null) };
  return (
    <>
      <DropdownMenu
        trigger={
          <Button iconOnly aria-label={`Actions for ${account.name}`}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <DropdownMenuItem onSelect={() => open("limits")}>Change limits</DropdownMenuItem>
        <DropdownMenuItem onSelect={() => open("plan")}>Change plan</DropdownMenuItem>
        <DropdownMenuItem
          tone={account.isSuspended ? undefined : "danger"}
          onSelect={() => open("suspend")}
        >
          {account.isSuspended ? "Restore" : "Suspend"}
        </DropdownMenuItem>
      </DropdownMenu>
      <ButtonLink href={`/admin/credits?account=${account.id}&grant=1` as Route}>
        <Gift aria-hidden />
        Grant credit
      </ButtonLink>
      <Button onClick={() => open("look")}>
        <Eye aria-hidden />
        View as account
      </Button>
      {dialog === "suspend" ? <SuspendDialog {...part} /> : null}
      {dialog === "limits" ? <LimitsDialog {...part} /> : null}
      {dialog === "plan" ? <PlanDialog {...part} /> : null}
      {dialog === "look" ? <LookDialog {...part} /> : null}
    </>
  );
}
