import { UsageSkeleton } from "@/app/(dashboard)/usage/usage-skeleton";

export default UsageSkeleton;
