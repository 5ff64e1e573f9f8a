"use client";

import { type ReactNode, useState } from "react";
import {
  isSafeToRetire,
  type RotationPhase,
  type RotationView,
  rotationPhase,
} from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";
import { LastUse, SecretCard } from "@/app/(dashboard)/keys/[id]/rotation/secret-card";
import { useRotation } from "@/app/(dashboard)/keys/[id]/rotation/use-rotation";
import { durationText, untilText } from "@/app/(dashboard)/keys/[id]/until-text";
import { Button } from "@/components/button";
import { lazyPart } from "@/components/lazy-part";
import { RelativeTime } from "@/components/relative-time";
import { StatusDot } from "@/components/status-dot";
import { dayYearText } from "@/lib/day-text";

const CancelDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/rotation/cancel-dialog"));
const ExtendDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/rotation/extend-dialog"));
const RetireDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/rotation/retire-dialog"));

export interface RotationPanelProps {
  keyId: string;
  initial: RotationView;
  canManage: boolean;
}

type OpenDialog = "cancel" | "retire" | "extend" | null;

/** A rotation under way: both secrets side by side, who still sends which, and what can be done. */
export function RotationPanel({ keyId, initial, canManage }: RotationPanelProps) {
  const { rotation, isStale } = useRotation(keyId, initial);
  const [open, setOpen] = useState<OpenDialog>(null);
  const phase = rotationPhase(rotation);
  if (phase.name === "none") return null;
  const old = phase.name === "pending" ? phase.current : phase.old;
  const close = () => setOpen(null);
  return (
    <section
      aria-label="Rotation"
      className="min-w-0 overflow-hidden rounded-lg border border-line-strong"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 bg-panel px-4 py-3.5">
        <div className="min-w-0 flex-1 basis-72">
          <PhaseText phase={phase} now={new Date(rotation.now)} />
          {isStale ? (
            <p className="mt-1 text-xs text-amber">
              This couldn’t be refreshed; trying again while the page is in sight.
            </p>
          ) : null}
        </div>
        {canManage ? (
          <div className="flex flex-wrap gap-2">
            {phase.name === "pending" ? (
              <Button size="sm" onClick={() => setOpen("cancel")}>
                Cancel rotation
              </Button>
            ) : (
              <Button size="sm" onClick={() => setOpen("extend")}>
                Extend
              </Button>
            )}
            {old ? (
              <Button size="sm" onClick={() => setOpen("retire")}>
                {phase.name === "pending" ? "Retire old now" : "Retire now"}
              </Button>
            ) : null}
          </div>
        ) : null}
      </div>
      <div className="grid gap-px border-t border-line bg-line md:grid-cols-2">
        <Secrets phase={phase} now={new Date(rotation.now)} />
      </div>
      {phase.name === "overlap" ? (
        <RetireAdvice phase={phase} now={new Date(rotation.now)} />
      ) : null}
      {open === "cancel" && phase.name === "pending" ? (
        <CancelDialog keyId={keyId} next={phase.next} current={phase.current} onClose={close} />
      ) : null}
      {open === "retire" && old ? (
        <RetireDialog
          keyId={keyId}
          old={old}
          isNewUnused={phase.name === "pending"}
          onClose={close}
        />
      ) : null}
      {open === "extend" && phase.name === "overlap" ? (
        <ExtendDialog
          keyId={keyId}
          old={phase.old}
          keyEndsAt={rotation.keyEndsAt}
          now={rotation.now}
          onClose={close}
        />
      ) : null}
    </section>
  );
}

type UnderWay = Exclude<RotationPhase, { name: "none" }>;
type Overlap = Extract<RotationPhase, { name: "overlap" }>;

function Last4({ masked }: { masked: string }) {
  return <span className="font-mono text-[0.8125rem] text-fg">…{masked.slice(-4)}</span>;
}

/** Announced when it changes: the first request has arrived. */
function Headline({ children }: { children: ReactNode }) {
  return (
    <div role="status">
      <h2 className="text-base font-medium">{children}</h2>
    </div>
  );
}

function PhaseText({ phase, now }: { phase: UnderWay; now: Date }) {
  if (phase.name === "overlap") {
    const { current, old } = phase;
    return (
      <>
        <Headline>
          <StatusDot tone="amber">
            Rotating: both secrets work
            {old.retiresAt ? ` until ${untilText(new Date(old.retiresAt), now)}` : ""}
          </StatusDot>
        </Headline>
        <p className="mt-1 text-sm text-fg-2">
          <Last4 masked={current.masked} /> was first used{" "}
          {current.activatedAt ? <RelativeTime at={current.activatedAt} /> : null}. When the overlap
          ends, requests with <Last4 masked={old.masked} /> are refused.
        </p>
      </>
    );
  }
  const { next, current } = phase;
  const grace = next.graceSeconds ?? 0;
  return (
    <>
      <Headline>
        <StatusDot tone="accent" pulse className="text-fg!">
          Waiting for the first request with the new secret…
        </StatusDot>
      </Headline>
      <p className="mt-1 text-sm text-fg-2">
        Put <Last4 masked={next.masked} /> wherever{" "}
        {current ? <Last4 masked={current.masked} /> : "the old one"} is used now.{" "}
        {grace === 0
          ? "Its first request ends the old one at once."
          : `Its first request starts the overlap: the old one works for ${durationText(grace)} more.`}{" "}
        {next.lapsesAt
          ? `Unused by ${dayYearText(new Date(next.lapsesAt))}, the new one lapses and nothing changes.`
          : null}
      </p>
    </>
  );
}

function Secrets({ phase, now }: { phase: UnderWay; now: Date }): ReactNode {
  if (phase.name === "pending") {
    const { next, current } = phase;
    return (
      <>
        {current ? (
          <SecretCard
            title="Current secret"
            secret={current}
            status={<StatusDot tone="green">in use</StatusDot>}
          />
        ) : null}
        <SecretCard
          title="New secret"
          secret={next}
          status={<StatusDot tone="neutral">not used yet</StatusDot>}
        />
      </>
    );
  }
  const { current, old } = phase;
  return (
    <>
      <SecretCard
        title="Old secret"
        secret={old}
        status={
          <StatusDot tone="amber">
            {old.retiresAt ? `works until ${untilText(new Date(old.retiresAt), now)}` : "retiring"}
          </StatusDot>
        }
      />
      <SecretCard
        title="New secret"
        secret={current}
        status={<StatusDot tone="green">active</StatusDot>}
      />
    </>
  );
}

/** Whether the old secret can go, in one sentence. */
function RetireAdvice({ phase, now }: { phase: Overlap; now: Date }) {
  const { current, old } = phase;
  const until = old.retiresAt ? ` · works until ${untilText(new Date(old.retiresAt), now)}` : "";
  return (
    <p className="border-t border-line px-4 py-3 text-sm">
      {isSafeToRetire(old, current) ? (
        <StatusDot tone="green" className="text-green!">
          Old …{old.masked.slice(-4)} not used since the new one was first used: safe to retire
        </StatusDot>
      ) : (
        <StatusDot tone="amber">
          <span className="text-fg">
            Old …{old.masked.slice(-4)} last used <LastUse secret={old} />
            {until}
          </span>
        </StatusDot>
      )}
    </p>
  );
}
