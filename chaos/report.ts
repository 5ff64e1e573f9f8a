import type { EpisodeReport } from "@/chaos/episode";
import type { Operation } from "@/chaos/history";
import { groupBy, type Verdict } from "@/chaos/verdict";

const shownMax = 8;

/** The same check of several episodes as one. */
export function mergeVerdicts(reports: readonly EpisodeReport[]): Verdict[] {
  const all = reports.flatMap(({ seed, verdicts }) =>
    verdicts.map(({ breaches, ...verdict }) => ({
      ...verdict,
      breaches: breaches.map((breach) => `seed ${seed}: ${breach}`),
    })),
  );
  return [...groupBy(all, ({ check }) => check)].map(([check, same]) => ({
    check,
    subjects: same.reduce((sum, { subjects }) => sum + subjects, 0),
    breaches: same.flatMap(({ breaches }) => breaches),
  }));
}

export function isBroken(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ breaches }) => breaches.length > 0);
}

function table(title: string, rows: [string, string | number][]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join("\n");
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): [string, number][] {
  return [...groupBy(items, nameOf)]
    .map(([name, same]): [string, number] => [name, same.length])
    .sort(([a], [b]) => a.localeCompare(b));
}

function resultOf({ status, isComplete, isReplay, leaving }: Operation): string {
  if (status === null) return leaving === "stay" ? "no answer" : "left before the answer";
  if (status !== 200) return `${status}`;
  if (isReplay) return "200, replayed";
  if (isComplete) return "200, complete";
  return leaving === "stay" ? "200, broken off" : "200, left in the middle";
}

/** The figures of a run, for people. */
export function describeRun(reports: readonly EpisodeReport[]): string {
  const histories = reports.map(({ history }) => history);
  const operations = histories.flatMap((history) => history.operations);
  const measurements = histories.flatMap((history) => history.measurements);
  const counts = histories.flatMap((history) => [...history.counts]);
  const payments = histories.flatMap((history) => history.payments);
  const worst = [...groupBy(measurements, ({ what }) => what)].map(
    ([what, same]): [string, string] => {
      const times = same.map(({ ms }) => ms).sort((a, b) => a - b);
      const middle = Math.round(times[Math.floor(times.length / 2)] ?? 0);
      return [
        what,
        `${same.length} times, median ${middle} ms, worst ${Math.round(times.at(-1) ?? 0)} ms`,
      ];
    },
  );
  const faults = histories.flatMap((history) => history.faults);
  return [
    table("Requests", [["all", operations.length], ...countBy(operations, resultOf)]),
    table("Faults", [["all", faults.length], ...countBy(faults, ({ kind }) => kind)]),
    table("Around them", [
      ["payments", payments.length],
      ["payments acknowledged", payments.filter((each) => each.isAcknowledged).length],
      ["grants", histories.reduce((sum, { credits }) => sum + credits.length, 0)],
      ["spans in which a secret was dead", histories.reduce((n, h) => n + h.deadSpans.length, 0)],
      ...[...groupBy(counts, ([name]) => name)]
        .map(([name, same]): [string, number] => [name, same.reduce((n, [, by]) => n + by, 0)])
        .sort(([a], [b]) => a.localeCompare(b)),
    ]),
    table("Times", worst),
  ].join("\n\n");
}

/** Each check with how much it looked at and what it found. */
export function describeVerdicts(verdicts: readonly Verdict[]): string {
  return table(
    "Checks",
    verdicts.map(({ check, subjects, breaches }): [string, string] => {
      if (breaches.length === 0) return [check, `${subjects} compared, all hold`];
      const shown = breaches.slice(0, shownMax).map((breach) => `\n      ${breach}`);
      const more =
        breaches.length > shownMax ? `\n      and ${breaches.length - shownMax} more` : "";
      return [check, `${subjects} compared, ${breaches.length} BROKEN${shown.join("")}${more}`];
    }),
  );
}
