import { Mail } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { mailDelivery } from "@/app/mail-delivery";
import { Badge, type BadgeTone } from "@/components/badge";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { RelativeTime } from "@/components/relative-time";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { listOutbox, type OutboxMail } from "@/lib/mail/outbox";

export const metadata: Metadata = { title: "Outbox", robots: { index: false } };

/** Stands in for a mail server on a developer's own machine: what would have been sent. */
export default async function OutboxPage() {
  if (mailDelivery() !== "outbox") notFound();
  const scope = await requirePageScope();
  const mails = await listOutbox(getDb(), scope);
  return (
    <>
      <PageHeader
        title="Outbox"
        description="Mail that this workspace's members would get. It stays here until SMTP_URL names a mail server."
      />
      {mails.length === 0 ? (
        <EmptyState icon={<Mail />} title="No mail yet">
          Reminders and notices land here: a key that expires soon, a rotation that is due, a leaked
          key.
        </EmptyState>
      ) : (
        <ul className="grid gap-3">
          {mails.map((mail) => (
            <MailItem key={mail.id} mail={mail} />
          ))}
        </ul>
      )}
    </>
  );
}

function stateOf(mail: OutboxMail): { tone: BadgeTone; text: string } {
  if (mail.sentAt) return { tone: "green", text: "sent" };
  if (mail.failedAt) return { tone: "red", text: "given up" };
  return { tone: "neutral", text: "not sent" };
}

function MailItem({ mail }: { mail: OutboxMail }) {
  const state = stateOf(mail);
  return (
    <li className="overflow-hidden rounded-lg border border-line">
      <details className="group">
        <summary className="flex cursor-pointer flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3 hover:bg-hover">
          <span className="min-w-0 flex-1 basis-60 font-medium break-words">{mail.subject}</span>
          <Badge tone={state.tone}>{state.text}</Badge>
          <span className="text-sm text-fg-2">
            <RelativeTime at={mail.createdAt.toISOString()} />
          </span>
          <span className="w-full truncate text-sm text-fg-2">to {mail.toAddress}</span>
        </summary>
        <div className="grid gap-4 border-t border-line p-4 lg:grid-cols-2">
          {/* Nothing runs in it and nothing in it reaches this page. */}
          <iframe
            title={`HTML of ${mail.subject}`}
            sandbox=""
            srcDoc={mail.html}
            loading="lazy"
            className="h-150 w-full rounded-md border border-line"
          />
          <pre className="min-w-0 rounded-md border border-line bg-panel p-3 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
            {mail.text}
          </pre>
        </div>
      </details>
    </li>
  );
}
