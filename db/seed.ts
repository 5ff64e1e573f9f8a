import { drizzle } from "drizzle-orm/postgres-js";
import { z } from "zod";
import { connect } from "@/db/client";
import { seedDemo } from "@/db/seed-demo";
import { readEnv } from "@/lib/env";
import { log } from "@/lib/log";

const DemoPassword = z
  .string({ error: "DEMO_PASSWORD is missing; set it, or DEMO=0 for no demo account" })
  .min(12, { error: "DEMO_PASSWORD is shorter than 12 characters" });

if (process.env.DEMO !== "0") {
  const password = DemoPassword.safeParse(process.env.DEMO_PASSWORD);
  if (!password.success) throw new Error(z.prettifyError(password.error));
  const env = readEnv();
  const client = connect(env.DATABASE_URL, 1, 60_000);
  try {
    const outcome = await seedDemo(drizzle(client), password.data, env.AUTH_SECRET);
    log.debug({ outcome }, "demo account");
  } finally {
    await client.end({ timeout: 5 });
  }
}
