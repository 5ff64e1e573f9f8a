import { createDecipheriv, hkdfSync } from "node:crypto";
import { join } from "node:path";
import postgres from "postgres";
import { readDotenv } from "./dotenv.mjs";
import { dataDir, root } from "./paths.mjs";
import { databaseUrlOf } from "./pg.mjs";
import { report } from "./problem.mjs";
import { readSecrets } from "./secrets.mjs";

// `node scripts/outbox.mjs [address]`: the newest mails that no mail server has taken, with the links in
// them. For whoever runs the product without a mail server: it needs the database and AUTH_SECRET.

const shown = 5;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Opens what `lib/mail/sealed-mail.ts` has put away.
 * @param {string} secret
 * @param {{ id: string, sealed: Uint8Array }} mail
 * @returns {string}
 */
function openText(secret, { id, sealed }) {
  const key = Buffer.from(hkdfSync("sha256", secret, "gatehouse", "mails", 32));
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceBytes))
    .setAAD(Buffer.from(`mail ${id}`))
    .setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  const body = decipher.update(sealed.subarray(nonceBytes + tagBytes));
  return JSON.parse(Buffer.concat([body, decipher.final()]).toString()).text;
}

async function main() {
  for (const [name, value] of Object.entries(readDotenv(root))) process.env[name] ??= value;
  const directory = dataDir();
  const sql = postgres(process.env.DATABASE_URL || databaseUrlOf(join(directory, "postgres")), {
    max: 1,
    connect_timeout: 5,
    onnotice: () => undefined,
  });
  const address = process.argv[2]?.toLowerCase() ?? null;
  const mails = await sql`
    select id, to_address, subject, text, sealed, created_at from mails
    where sent_at is null and failed_at is null and (${address}::text is null or to_address = ${address})
    order by created_at desc, id desc limit ${shown}`;
  await sql.end();
  const { AUTH_SECRET } = readSecrets(directory);
  for (const mail of mails.reverse()) {
    const text = mail.sealed
      ? openText(AUTH_SECRET, { id: mail.id, sealed: mail.sealed })
      : mail.text;
    console.log(`${mail.created_at.toISOString()}  ${mail.to_address}\n${mail.subject}\n\n${text}`);
  }
  if (mails.length === 0) console.log("No mail is waiting.");
}

try {
  await main();
} catch (error) {
  process.exitCode = report(error);
}
