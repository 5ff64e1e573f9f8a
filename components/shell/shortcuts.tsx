"use client";

import { useRouter } from "next/navigation";
import { type NavItem, navItems } from "@/components/shell/nav-items";
import { useShortcut } from "@/components/use-shortcut";

/** Listens for the sidebar's key sequences (`g k` and its kin). Draws nothing. */
export function Shortcuts() {
  return navItems.map((item) => <GoShortcut key={item.href} item={item} />);
}

function GoShortcut({ item }: { item: NavItem }) {
  const router = useRouter();
  useShortcut(item.shortcut, () => router.push(item.href));
  return null;
}
