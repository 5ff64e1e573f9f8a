import {
  ChartColumn,
  CreditCard,
  FlaskConical,
  KeyRound,
  LayoutGrid,
  type LucideIcon,
  ScrollText,
  Settings,
  Webhook,
} from "lucide-react";
import type { Route } from "next";

export interface NavItem {
  href: Route;
  label: string;
  icon: LucideIcon;
  /** The keys that lead there, pressed one after the other. */
  shortcut: string;
}

/** The pages of the dashboard, in the order of the sidebar. */
export const navItems: readonly NavItem[] = [
  { href: "/overview" as Route, label: "Overview", icon: LayoutGrid, shortcut: "g o" },
  { href: "/keys" as Route, label: "API keys", icon: KeyRound, shortcut: "g k" },
  { href: "/usage" as Route, label: "Usage", icon: ChartColumn, shortcut: "g u" },
  { href: "/logs" as Route, label: "Logs", icon: ScrollText, shortcut: "g l" },
  { href: "/playground" as Route, label: "Playground", icon: FlaskConical, shortcut: "g p" },
  { href: "/billing" as Route, label: "Billing", icon: CreditCard, shortcut: "g b" },
  { href: "/webhooks" as Route, label: "Webhooks", icon: Webhook, shortcut: "g w" },
  { href: "/settings" as Route, label: "Settings", icon: Settings, shortcut: "g s" },
];

/** The page that `pathname` belongs to: itself, or a page below it. */
export function isCurrent(href: string, pathname: string): boolean {
  return pathname === href || pathname.startsWith(`${href}/`);
}
