import type { ReactNode } from "react";
import { SoonFrame } from "@/app/soon-frame";

/** What an async component answers. */
export type Drawn = Awaited<ReactNode>;

/** For how long a page is waited for, in milliseconds. Below it a reader sees no delay. */
const pageLimitMs = 250;
/** For how long a part of one is: the rest is there and could be shown. */
const partLimitMs = 100;

/** Whether it is answered, or refused, within the time. */
async function isSettledWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, limitMs, false);
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether this leads to another address: https://nextjs.org/docs/app/api-reference/functions/redirect */
function isRedirect(error: unknown): boolean {
  return error instanceof Error && "digest" in error && /^NEXT_REDIRECT/.test(`${error.digest}`);
}

/**
 * A page: whole where it is read soon, else its skeleton, and the page when it comes. What is streamed after a
 * skeleton is shown 300 ms after the first paint at the earliest, sent twice, and laid out twice; nearly every page
 * is read in a tenth of that. A redirect in time has its own status. What fails keeps the frame and the skeleton
 * until the browser shows why: outside of a boundary the whole document would be empty until then.
 */
export async function soon(page: Promise<Drawn>, skeleton: ReactNode): Promise<Drawn> {
  if (await isSettledWithin(page, pageLimitMs)) {
    try {
      return (
        <SoonFrame isLate={false} skeleton={null}>
          {await page}
        </SoonFrame>
      );
    } catch (error) {
      if (isRedirect(error)) throw error;
    }
  }
  return (
    <SoonFrame isLate skeleton={skeleton}>
      {page}
    </SoonFrame>
  );
}

/**
 * A part of a page that may be late, or fail, alone: within the page where it is read soon, else its skeleton until
 * it comes. It stands in an error boundary, which shows what failed.
 */
export async function partSoon(part: Promise<Drawn>, skeleton: ReactNode): Promise<Drawn> {
  const there = await soonThere(part.then((node) => ({ node }))).catch(() => undefined);
  return there ? (
    <SoonFrame isLate={false} skeleton={null}>
      {there.node}
    </SoonFrame>
  ) : (
    <SoonFrame isLate skeleton={skeleton}>
      {part}
    </SoonFrame>
  );
}

/** What `work` answers, if it does so soon. @throws what it is refused with, if that is soon */
export async function soonThere<Value>(work: Promise<Value>): Promise<Value | undefined> {
  return (await isSettledWithin(work, partLimitMs)) ? await work : undefined;
}
