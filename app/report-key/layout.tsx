import type { ReactNode } from "react";
import AuthLayout from "@/app/(auth)/layout";

/** The same narrow column as the ways in. */
export default function ReportKeyLayout({ children }: { children: ReactNode }) {
  return <AuthLayout>{children}</AuthLayout>;
}
