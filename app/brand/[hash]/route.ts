import { getDb } from "@/db/client";
import { findLogo } from "@/lib/branding/store";
import { logoPolicy } from "@/lib/content-security-policy";

/** The company's logo, for everybody. Its address is made of what it holds, so it never changes. */
export async function GET(_request: Request, { params }: RouteContext<"/brand/[hash]">) {
  const { hash } = await params;
  const logo = /^[0-9a-f]{64}$/.test(hash) ? await findLogo(getDb(), hash) : null;
  if (!logo) {
    return new Response("There is no such logo.\n", {
      status: 404,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "content-security-policy": logoPolicy,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
    });
  }
  return new Response(new Uint8Array(logo.body), {
    headers: {
      "content-type": logo.contentType,
      "content-security-policy": logoPolicy,
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "public, max-age=31536000, immutable",
      etag: `"${hash}"`,
    },
  });
}
