import { clsx } from "clsx";
import { type ReactNode, Suspense } from "react";
import { Money } from "@/components/money";
import { Progress } from "@/components/progress";
import { Skeleton } from "@/components/skeleton";
import { Sparkline } from "@/components/sparkline";
import { countText } from "@/lib/count-text";
import type { CapFigure, KeyFigures } from "@/lib/keys/figures";
import type { CapInterval } from "@/lib/keys/terms";
import { tightestCap } from "@/lib/keys/tightest-cap";
import { formatUsd } from "@/lib/money";

type Figures = Map<string, KeyFigures>;

/** The figures by the key's id, or that they will come. */
export type FiguresSource = Figures | Promise<Figures>;

interface FigureProps {
  id: string;
  name: string;
  figures: FiguresSource;
}

interface LateFigureProps {
  figures: FiguresSource;
  skeleton: ReactNode;
  children: (figures: Figures) => ReactNode;
}

/** In its place at once where the figures are there, else when they come. */
function LateFigure({ figures, skeleton, children }: LateFigureProps) {
  if (figures instanceof Map) return children(figures);
  return <Suspense fallback={skeleton}>{figures.then(children)}</Suspense>;
}

/** Requests of the last 14 days. */
export function ActivityCell({ id, figures }: FigureProps) {
  return (
    <LateFigure figures={figures} skeleton={<Skeleton className="h-5 w-20.5 max-md:ml-auto" />}>
      {(there) => <Activity days={there.get(id)?.days} />}
    </LateFigure>
  );
}

function Activity({ days }: { days: KeyFigures["days"] | undefined }) {
  if (!days) return <Missing />;
  const sum = days.reduce((total, count) => total + count, 0);
  const today = days.at(-1) ?? 0;
  const label =
    sum === 0
      ? "No requests in 14 days"
      : `${countText(sum)} requests in 14 days, ${countText(today)} today`;
  return <Sparkline values={days} label={label} />;
}

/** What the key has spent, beside the cap that is nearest to being reached. */
export function SpendCell({ id, name, figures }: FigureProps) {
  return (
    <LateFigure figures={figures} skeleton={<Skeleton className="ml-auto h-4 w-24" />}>
      {(there) => <Spend name={name} figure={there.get(id)} />}
    </LateFigure>
  );
}

function Spend({ name, figure }: { name: string; figure: KeyFigures | undefined }) {
  if (!figure) return <Missing />;
  const cap = tightestCap(figure.caps);
  if (cap) return <CapSpend name={name} cap={cap} more={figure.caps.length - 1} />;
  return (
    <TwoLines detail="this month" isShort>
      <Money nanos={String(figure.monthNanos)} />
    </TwoLines>
  );
}

const periods: Record<CapInterval, string> = {
  day: "today",
  week: "this week",
  month: "this month",
  total: "in total",
};

const capsOf: Record<CapInterval, string> = {
  day: "day’s cap",
  week: "week’s cap",
  month: "month’s cap",
  total: "total cap",
};

const fullPercent = 100n;
const nearPercent = 80n;

function CapSpend({ name, cap, more }: { name: string; cap: CapFigure; more: number }) {
  const { interval, usedNanos, limitNanos } = cap;
  const percent = limitNanos === 0n ? fullPercent : (usedNanos * 100n) / limitNanos;
  const limit = formatUsd(limitNanos).replace(/\.00$/, "");
  const isFull = percent >= fullPercent;
  const state = isFull ? `${capsOf[interval]} reached` : periods[interval];
  return (
    <TwoLines detail={more > 0 ? `${state}, ${more} more` : state}>
      <Money nanos={String(usedNanos)} />
      <span className="font-mono tracking-[-0.01em] text-fg-3"> / {limit}</span>
      <Progress
        label={`${name}: spent of the ${capsOf[interval]}`}
        value={Number(percent)}
        max={100}
        valueText={`${formatUsd(usedNanos)} of ${limit} ${periods[interval]}`}
        tone={isFull ? "red" : percent >= nearPercent ? "amber" : "neutral"}
        className="mt-1 ml-auto w-24"
      />
    </TwoLines>
  );
}

interface TwoLinesProps {
  children: ReactNode;
  detail: string;
  /** On a phone both fit in one line. */
  isShort?: boolean;
}

function TwoLines({ children, detail, isShort }: TwoLinesProps) {
  return (
    <span
      className={clsx(
        "block text-[0.78125rem] whitespace-nowrap",
        isShort && "max-md:flex max-md:flex-row-reverse max-md:items-baseline max-md:gap-2",
      )}
    >
      {children}
      <span className="block text-xs text-fg-3">{detail}</span>
    </span>
  );
}

/** The figures couldn't be read; everything else about the key stands. */
function Missing() {
  return (
    <span className="text-fg-3" title="This figure didn’t load">
      –
    </span>
  );
}
