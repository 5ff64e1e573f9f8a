"use client";

import { useEffect, useState } from "react";
import { lazyPart } from "@/components/lazy-part";
import { listenForToasts, showToasts } from "@/components/toast";

const ToastPanel = lazyPart(() => import("@/components/toast-panel"));

/** Where `toast` of `@/components/toast` shows. Stands once, in the root layout. */
export function Toaster() {
  const [isWanted, setIsWanted] = useState(false);
  useEffect(() => listenForToasts(() => setIsWanted(true)), []);
  return isWanted ? <ToastPanel onReady={showToasts} /> : null;
}
