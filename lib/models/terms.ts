/** A price that begins sooner can't be withdrawn any more, in milliseconds. */
export const withdrawLeadMs = 3_000;

/** The latest that a price can be announced for, in days from now. */
export const priceDaysMax = 730;

/** Upstreams that may answer for one model. */
export const waysMax = 10;
