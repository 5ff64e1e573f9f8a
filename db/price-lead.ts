/**
 * How long before it begins a price is announced, in milliseconds. Longer than a gateway's lease, so that
 * the history of prices is what was charged: no gateway goes on with the old one. "Now" is so long away.
 */
export const priceLeadMs = 6_000;
