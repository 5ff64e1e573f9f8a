/** UTC days, both included; null is no bound. */
export interface ExportRange {
  label: string;
  from: string | null;
  to: string | null;
}

/** The ranges that accounts are kept by. `today` is a UTC day such as `2026-11-21`. */
export function exportRanges(today: string): ExportRange[] {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return [
    { label: "This month", from: day(Date.UTC(year, month - 1, 1)), to: today },
    {
      label: "Last month",
      from: day(Date.UTC(year, month - 2, 1)),
      to: day(Date.UTC(year, month - 1, 0)),
    },
    { label: "This year", from: `${year}-01-01`, to: today },
    { label: "Last year", from: `${year - 1}-01-01`, to: `${year - 1}-12-31` },
    { label: "Everything", from: null, to: null },
  ];
}
