import { describeKeyForm } from "@/lib/keys/exposure-report";

/** How our keys are recognised in text, for whoever scans code for secrets. */
export function GET(): Response {
  return Response.json(describeKeyForm(), {
    headers: { "cache-control": "public, max-age=86400", "access-control-allow-origin": "*" },
  });
}
