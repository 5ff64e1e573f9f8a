import type { Route } from "next";
import { DialogButton } from "@/app/(dashboard)/webhooks/[id]/dialog-button";
import { Badge } from "@/components/badge";
import { CopyButton } from "@/components/copy-button";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { SettingRow, SettingRows, Unset } from "@/components/setting-row";
import { allEvents, eventNames } from "@/lib/webhooks/event-names";
import type { Endpoint } from "@/lib/webhooks/queries";

export interface SettingsSectionProps {
  endpoint: Endpoint;
  canManage: boolean;
}

/** Where it leads, what it gets, and what that is signed with. */
export function SettingsSection({ endpoint, canManage }: SettingsSectionProps) {
  const { url, description, events } = endpoint;
  return (
    <Section
      flush
      title="Endpoint"
      description={
        canManage
          ? undefined
          : "Your role can see webhooks but not change them. Owners, admins and developers can."
      }
      actions={
        canManage ? (
          <DialogButton dialog="edit" label="Edit endpoint">
            Edit
          </DialogButton>
        ) : null
      }
    >
      <SettingRows>
        <SettingRow label="URL">
          <span className="flex items-start gap-1">
            <span className="min-w-0 font-mono text-[0.8125rem] break-all">{url}</span>
            <CopyButton iconOnly size="sm" text={url} label="Copy URL" className="-my-1" />
          </span>
        </SettingRow>
        <SettingRow label="Description">
          {description ? <span className="wrap-anywhere">{description}</span> : <Unset>none</Unset>}
        </SettingRow>
        <SettingRow label="Events">
          <EventBadges events={events} />
        </SettingRow>
        <SettingRow
          label="Signing secret"
          hint="Shown once, at creation"
          action={canManage ? <DialogButton dialog="roll">Roll secret</DialogButton> : null}
        >
          <SecretText endpoint={endpoint} canManage={canManage} />
        </SettingRow>
      </SettingRows>
    </Section>
  );
}

const meanings: Readonly<Record<string, { description: string } | undefined>> = eventNames;

function EventBadges({ events }: { events: readonly string[] }) {
  if (events.includes(allEvents)) return "All events, also those that will be added";
  return (
    <ul aria-label="Events" className="flex flex-wrap gap-1.5">
      {events.map((event) => (
        <li key={event} title={meanings[event]?.description}>
          <Badge className="font-mono">{event}</Badge>
        </li>
      ))}
    </ul>
  );
}

function SecretText({ endpoint, canManage }: SettingsSectionProps) {
  const { previousExpiresAt } = endpoint;
  return (
    <>
      <p>
        <span className="font-mono text-[0.8125rem]">whsec_…</span> signs every message.{" "}
        <NearLink
          href={"/docs/webhooks#verify-it" as Route}
          className="rounded-sm text-fg-2 underline underline-offset-3 hover:text-fg"
        >
          How to verify
        </NearLink>
      </p>
      {previousExpiresAt ? (
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-amber">
          <span>
            The old secret signs too, and ends <RelativeTime at={previousExpiresAt} />.
          </span>
          {canManage ? <DialogButton dialog="end-old">End it now</DialogButton> : null}
        </div>
      ) : null}
    </>
  );
}
