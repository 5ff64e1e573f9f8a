import type { Metadata } from "next";
import { NoticeSwitches } from "@/app/(dashboard)/settings/notifications/notice-switches";
import { SettingsSkeleton } from "@/app/(dashboard)/settings/settings-skeleton";
import { soon } from "@/app/soon";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { getViewer, requireOwnPageScope } from "@/lib/auth/session";
import { readNotices } from "@/lib/notifications/choices";
import { noticeNames, notices } from "@/lib/notifications/notices";
import { may } from "@/lib/permissions";
import type { Role } from "@/lib/scope";

export const metadata: Metadata = { title: "Notifications" };

export default function NotificationsPage() {
  return soon(NotificationsContent(), <SettingsSkeleton />);
}

async function NotificationsContent() {
  const scope = await requireOwnPageScope();
  const [viewer, chosen] = await Promise.all([getViewer(), readNotices(getDb(), scope)]);
  return (
    <Section
      flush
      title="Notifications"
      description={
        <>
          Mails to <span className="wrap-anywhere text-fg">{viewer?.email}</span>. The choice is
          yours alone; other members have their own.
        </>
      }
      footer={readerText(scope.role)}
    >
      <NoticeSwitches
        choices={noticeNames.map((name) => ({
          name,
          label: notices[name].label,
          description: notices[name].description,
          isOn: chosen[name],
        }))}
      />
    </Section>
  );
}

/** Whom the mails go to at all, so that nobody waits for one that never comes. */
function readerText(role: Role): string {
  if (may(role, "members.manage")) {
    return "As an owner or admin you are told about every key, about the balance and about members.";
  }
  if (may(role, "billing.manage")) {
    return "With your role you are told about the balance, and about keys that you made yourself.";
  }
  return "With your role you are told about keys that you made yourself.";
}
