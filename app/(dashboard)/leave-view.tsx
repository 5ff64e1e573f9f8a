"use client";

import { lazyPart } from "@/components/lazy-part";

/** Fetched where an operator looks, so that nobody else's pages carry it. */
export const LeaveView = lazyPart(() => import("@/app/(dashboard)/leave-view-button"));
