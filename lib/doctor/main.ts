import { examine, secretsOf } from "@/lib/doctor/examine";
import { exitCodeOf, reportJson, reportText } from "@/lib/doctor/report";
import { log, redactKeys } from "@/lib/log";

// The report is all that goes to stdout.
log.level = "silent";
const source = process.env;
const findings = await examine({
  source,
  dotenv: JSON.parse(source.DOCTOR_DOTENV ?? "{}"),
  root: source.GATEHOUSE_ROOT ?? process.cwd(),
  dataDir: source.DATA_DIR || ".data",
});
const isJson = process.argv.includes("--json");
const text = isJson ? reportJson(findings) : reportText(findings);
// None of the findings holds one; if one ever did, this is the last door.
const safe = secretsOf(source).reduce((all, secret) => all.replaceAll(secret, "[redacted]"), text);
console.log(redactKeys(safe));
process.exitCode = exitCodeOf(findings);
