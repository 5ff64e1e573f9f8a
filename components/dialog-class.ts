export const veilClass = "fixed inset-0 z-50 bg-veil data-[state=open]:animate-fade-in";

export const dialogCenterClass = "top-[50%] max-h-[calc(100dvh-2rem)] translate-y-[-50%]";

export const dialogTopClass = "top-[max(1rem,8dvh)] max-h-[calc(100dvh-max(1rem,8dvh)-1rem)]";

export const dialogClass =
  "fixed inset-x-4 z-50 mx-auto overflow-y-auto overscroll-contain rounded-xl bg-raised p-6 " +
  "shadow-float outline-none max-sm:p-5 has-data-[sticky=true]:scroll-pb-20 " +
  "data-[state=open]:animate-rise-in dark:border dark:border-line-strong forced-colors:border";

export const dialogTitleClass = "text-lg font-semibold text-fg break-words";

export const dialogFooterClass = "flex flex-wrap items-center justify-end gap-2";
