import { notFound } from "next/navigation";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { findKey } from "@/lib/keys/queries";

/** Stands outside of the page's loading state, so that a key that isn't there answers 404. */
export default async function KeyLayout({ params, children }: LayoutProps<"/keys/[id]">) {
  const scope = await requirePageScope("keys.read");
  const { id } = await params;
  if (!(await findKey(getDb(), scope, id))) notFound();
  return children;
}
