import {
  Activity,
  Building2,
  Coins,
  Cpu,
  Gift,
  Layers,
  type LucideIcon,
  Palette,
  ScrollText,
} from "lucide-react";
import type { Route } from "next";

interface ConsoleItem {
  href: Route;
  label: string;
  icon: LucideIcon;
}

/** The pages of the operator's console, in the order of its sidebar. */
export const consoleGroups: readonly { label: string; items: readonly ConsoleItem[] }[] = [
  {
    label: "Customers",
    items: [
      { href: "/admin/accounts" as Route, label: "Accounts", icon: Building2 },
      { href: "/admin/credits" as Route, label: "Credits", icon: Gift },
    ],
  },
  {
    label: "Catalogue",
    items: [
      { href: "/admin/plans" as Route, label: "Plans", icon: Layers },
      { href: "/admin/models" as Route, label: "Models and prices", icon: Coins },
      { href: "/admin/upstreams" as Route, label: "Upstreams", icon: Cpu },
    ],
  },
  {
    label: "Company",
    items: [
      { href: "/admin/operations" as Route, label: "Operations", icon: Activity },
      { href: "/admin/brand" as Route, label: "Brand", icon: Palette },
      { href: "/admin/audit" as Route, label: "Audit log", icon: ScrollText },
    ],
  },
];
