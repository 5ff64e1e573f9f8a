/** Where the API is until the reader's browser knows better. */
export const defaultOrigin = "http://localhost:3000";

/** What `llms-full.txt` says first where nobody has said which host the API is on. */
export const originNote = `> The API is served under /v1 of the host that this text comes from. Where it says ${defaultOrigin}, put that host.`;
