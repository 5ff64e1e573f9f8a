import { csvLine } from "@/lib/csv";
import type { ImportedLine, ImportStatus } from "@/lib/keys/import/import-keys";

const shownMax = 20;

/** What became of each line, as CSV. */
export function reportCsv(lines: readonly ImportedLine[]): string {
  const rows = lines.map(({ line, status, sha256, workspaceId, keyId, message }) =>
    csvLine([String(line), status, sha256 ?? "", workspaceId ?? "", keyId ?? "", message ?? ""]),
  );
  return [csvLine(["line", "status", "sha256", "workspace", "key_id", "message"]), ...rows].join(
    "",
  );
}

export function countStatuses(lines: readonly ImportedLine[]): Record<ImportStatus, number> {
  const counts = { imported: 0, would_import: 0, unchanged: 0, expired: 0, error: 0 };
  for (const { status } of lines) counts[status]++;
  return counts;
}

/** The same for programs. */
export function reportJson(lines: readonly ImportedLine[]): string {
  const rows = lines.map(({ line, status, sha256, workspaceId, keyId, message }) => ({
    ...{ line, status, sha256, workspace: workspaceId, key_id: keyId, message },
  }));
  return `${JSON.stringify({ counts: countStatuses(lines), lines: rows }, null, 2)}\n`;
}

/** For a person: the first lines that are wrong, and how many there are of each kind. */
export function summaryText(lines: readonly ImportedLine[], isDryRun: boolean): string {
  const counts = countStatuses(lines);
  const wrong = lines.filter(({ status }) => status === "error");
  const shown = wrong.slice(0, shownMax).map(({ line, message }) => `line ${line}: ${message}`);
  const more =
    wrong.length > shownMax ? [`… and ${wrong.length - shownMax} more; --report has all`] : [];
  const had = `${counts.unchanged} were there already, ${counts.expired} have expired`;
  if (wrong.length > 0) {
    return [...shown, ...more, `${wrong.length} problems: nothing was written.`].join("\n");
  }
  const made = isDryRun
    ? `${counts.would_import} keys would be imported`
    : `${counts.imported} keys imported`;
  return `${made}; ${had}.`;
}
