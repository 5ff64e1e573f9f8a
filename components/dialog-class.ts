export const veilClass = "fixed inset-0 z-50 bg-veil data-[state=open]:animate-fade-in";

export const dialogClass =
  "fixed inset-x-4 top-[50%] z-50 mx-auto max-h-[calc(100dvh-2rem)] translate-y-[-50%] overflow-y-auto " +
  "overscroll-contain rounded-xl bg-raised p-6 shadow-float outline-none max-sm:p-5 " +
  "data-[state=open]:animate-rise-in dark:border dark:border-line-strong forced-colors:border";

export const dialogTitleClass = "text-lg font-semibold text-fg break-words";
