import type { Route } from "next";
import { mailDelivery } from "@/app/mail-delivery";
import { NearLink } from "@/components/near-link";
import { brand } from "@/lib/brand";

/** Below "check your inbox": what to do when nothing comes, and where mail is when there is no server. */
export function MailNote({ retryPath }: { retryPath: Route }) {
  if (mailDelivery() === "outbox") {
    return (
      <p className="mt-4 text-sm text-fg-2">
        No mail server is configured here, so nothing was sent. Set{" "}
        <code className="font-mono text-xs">SMTP_URL</code> to send mail; whoever runs this server
        reads what waits with <code className="font-mono text-xs">node scripts/outbox.mjs</code>.
      </p>
    );
  }
  return (
    <p className="mt-4 text-sm text-fg-2">
      Nothing there after a minute? Check your spam folder,{" "}
      <NearLink href={retryPath} className="text-fg underline underline-offset-3">
        try again
      </NearLink>
      , or write to{" "}
      <a href={`mailto:${brand.supportEmail}`} className="text-fg underline underline-offset-3">
        {brand.supportEmail}
      </a>
      .
    </p>
  );
}
