import { TableSkeleton } from "@/components/skeleton";

export function MembersSkeleton() {
  return <TableSkeleton rows={5} columns={4} />;
}
