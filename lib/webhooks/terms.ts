/*
 * Words and lists that pages and schemas share. They live apart from the schemas so that a page needn't
 * load what checks them.
 */

/** A workspace's endpoints at most. */
export const endpointsMax = 20;

/** How long a secret that was rolled signs beside its successor, in seconds. */
export const overlapChoices = [0, 3_600, 86_400, 604_800] as const;
export type OverlapSeconds = (typeof overlapChoices)[number];
export const overlapDefault: OverlapSeconds = 86_400;

export const deliveryStates = ["pending", "delivered", "failed"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** How many failed deliveries are sent again at a time. */
export const resendMax = 1_000;

/** How much of a receiver's answer is read; what is longer is cut off there, because nobody needs it. */
export const answerBytesMax = 64 * 1024;
/** How much of an answer is kept to be shown. */
export const answerShownMax = 4 * 1024;

/** Failures in a row from which an endpoint is shown where people look first. One alone means little. */
export const alertFailures = 3;
