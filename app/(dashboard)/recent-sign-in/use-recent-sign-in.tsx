"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import type { ActionResult } from "@/lib/result";

/** Loaded when it is asked for, which is seldom. */
const ProofDialog = dynamic(
  async () => (await import("@/app/(dashboard)/recent-sign-in/proof-dialog")).ProofDialog,
  { ssr: false },
);

export interface RecentSignIn {
  /**
   * Runs an act that may want its user to have shown lately who they are: asks for it if so, and then runs the
   * act again, with all that was typed. Whoever cancels gets the act's refusal.
   */
  withRecentSignIn: <T>(act: () => Promise<ActionResult<T>>) => Promise<ActionResult<T>>;
  /** To be put somewhere outside of a form. */
  proofDialog: ReactNode;
}

export function useRecentSignIn(): RecentSignIn {
  const [question, setQuestion] = useState<{ answer: (isProved: boolean) => void } | null>(null);

  async function withRecentSignIn<T>(
    act: () => Promise<ActionResult<T>>,
  ): Promise<ActionResult<T>> {
    for (;;) {
      const result = await act();
      if (result.ok || result.error.code !== "RECENT_SIGN_IN_REQUIRED") return result;
      const isProved = await new Promise<boolean>((answer) => setQuestion({ answer }));
      setQuestion(null);
      if (!isProved) return result;
    }
  }

  const proofDialog = question ? <ProofDialog onAnswer={question.answer} /> : null;
  return { withRecentSignIn, proofDialog };
}
