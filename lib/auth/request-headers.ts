/** Set by the proxy on each request to the path asked for; what a client sends is overwritten. */
export const pathHeader = "x-gatehouse-path";

/** Set by the proxy, on the request and on its answer; names the request in the log. */
export const requestIdHeader = "x-request-id";
