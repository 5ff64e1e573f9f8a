"use client";

import { useId, useOptimistic, useTransition } from "react";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { setNoticeAction } from "@/app/(dashboard)/settings/actions";
import { Switch } from "@/components/switch";
import { toast } from "@/components/toast";
import type { Notice } from "@/lib/notifications/notices";

export interface NoticeChoice {
  name: Notice;
  label: string;
  description: string;
  isOn: boolean;
}

/** A switch for each kind of mail. It turns at once, and back where the server wouldn't have it. */
export function NoticeSwitches({ choices }: { choices: readonly NoticeChoice[] }) {
  return (
    <ul className="divide-y divide-line">
      {choices.map((choice) => (
        <li key={choice.name} className="px-4 py-3.5">
          <NoticeSwitch choice={choice} />
        </li>
      ))}
      <li className="px-4 py-3.5">
        <AlwaysOn />
      </li>
    </ul>
  );
}

function NoticeSwitch({ choice }: { choice: NoticeChoice }) {
  const [isOn, show] = useOptimistic(choice.isOn);
  const [, startTransition] = useTransition();

  function change(wanted: boolean) {
    startTransition(async () => {
      show(wanted);
      const result = await setNoticeAction({ notice: choice.name, isOn: wanted }).catch(
        unreachable,
      );
      if (result.ok) return;
      toast.error(`“${choice.label}” stays ${choice.isOn ? "on" : "off"}`, {
        description: result.error.message,
      });
    });
  }

  return (
    <Switch
      label={choice.label}
      description={choice.description}
      checked={isOn}
      onChange={(event) => change(event.target.checked)}
    />
  );
}

/** Shown as the others are, so that nobody looks for the switch that isn't there. */
function AlwaysOn() {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="grid min-w-0 gap-0.5">
        <p id={id}>Security notices</p>
        <p className="text-xs text-fg-3">
          Leaked keys, changes of your password, address, second factor and role, refunds and
          disputes.
        </p>
      </div>
      <p className="shrink-0 text-sm text-fg-2">Always on</p>
    </div>
  );
}
