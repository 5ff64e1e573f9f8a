import type { Finding, State } from "@/lib/doctor/finding";

const marks: Record<State, string> = { ok: "✓", warn: "!", fail: "✗", skip: "·" };

/** The findings for a person, by area. What is not set is counted rather than listed. */
export function reportText(findings: readonly Finding[]): string {
  const lines: string[] = [];
  for (const area of new Set(findings.map((finding) => finding.area))) {
    lines.push("", area);
    const own = findings.filter((finding) => finding.area === area);
    const unset = own.filter(({ state, says }) => state === "skip" && says.startsWith("not set"));
    for (const { subject, state, says, mend } of own.filter((one) => !unset.includes(one))) {
      lines.push(`  ${marks[state]} ${subject}: ${says}`);
      if (mend !== null) lines.push(`      → ${mend}`);
    }
    if (unset.length > 0) lines.push(`  · ${unset.length} variables have their defaults`);
  }
  return [...lines.slice(1), "", summaryOf(findings)].join("\n");
}

function summaryOf(findings: readonly Finding[]): string {
  const count = (state: State) => findings.filter((finding) => finding.state === state).length;
  const [failed, warned] = [count("fail"), count("warn")];
  if (failed === 0 && warned === 0) return `All ${count("ok")} checks are fine.`;
  return `${failed} to mend, ${warned} to look at, ${count("ok")} fine.`;
}

/** The same for a program. */
export function reportJson(findings: readonly Finding[]): string {
  return JSON.stringify({ ok: exitCodeOf(findings) === 0, findings }, null, 2);
}

/** 0 where the product can run, 1 where something has to be mended first. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ state }) => state === "fail") ? 1 : 0;
}
