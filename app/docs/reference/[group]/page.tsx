import type { Metadata } from "next";
import { PageView } from "@/app/docs/page-view";
import { findReferenceGroup, referenceGroups } from "@/app/docs/reference-groups";

export const dynamicParams = false;
export const dynamic = "error";

interface Props {
  params: Promise<{ group: string }>;
}

export function generateStaticParams() {
  return referenceGroups().map(({ slug }) => ({ group: slug }));
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { title, description } = findReferenceGroup((await params).group);
  return { title: `${title} · API reference`, description };
}

export default async function ReferencePage({ params }: Props) {
  return <PageView page={findReferenceGroup((await params).group)} />;
}
