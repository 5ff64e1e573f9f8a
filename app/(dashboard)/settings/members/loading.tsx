import { TableSkeleton } from "@/components/skeleton";

export default function MembersLoading() {
  return <TableSkeleton rows={5} columns={4} />;
}
