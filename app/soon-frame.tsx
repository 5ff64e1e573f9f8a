"use client";

import { type ReactNode, Suspense, useState } from "react";

export interface SoonFrameProps {
  /** Whether what stands here is still read while the page is sent. */
  isLate: boolean;
  skeleton: ReactNode;
  children: ReactNode;
}

/**
 * What was late when it first came stays in a boundary, and what came at once stays without one: a frame that
 * changed its shape when the page is read again would be mounted anew, and lose what was typed and opened in it.
 */
export function SoonFrame({ isLate, skeleton, children }: SoonFrameProps) {
  const [hasBoundary] = useState(isLate);
  return hasBoundary ? <Suspense fallback={skeleton}>{children}</Suspense> : children;
}
