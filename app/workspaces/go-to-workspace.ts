/** On which a browser's tabs tell each other which workspace they show. */
const channelName = "gatehouse.workspace";

/** Loads a page anew after another workspace was chosen: nothing that was drawn or kept of the one before stays. */
export function goToWorkspace(): void {
  window.location.assign("/overview");
}

const dialog = "[role=dialog], [role=alertdialog]";

/** Runs `act` once no dialog is open: one may hold a secret that is shown once. Answers how to stop waiting. */
function onceNothingIsOpen(act: () => void): () => void {
  if (!document.querySelector(dialog)) {
    act();
    return () => undefined;
  }
  const observer = new MutationObserver(() => {
    if (document.querySelector(dialog)) return;
    observer.disconnect();
    act();
  });
  observer.observe(document.body, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/**
 * Tells the browser's other tabs which workspace this one shows, and loads this one anew when another tab shows
 * another: what is pressed here would be done there. Answers how to stop.
 */
export function keepTabsTogether(workspaceId: string): () => void {
  if (!("BroadcastChannel" in window)) return () => undefined;
  const channel = new BroadcastChannel(channelName);
  let stop: () => void = () => undefined;
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    stop();
    stop = data === workspaceId ? () => undefined : onceNothingIsOpen(goToWorkspace);
  });
  channel.postMessage(workspaceId);
  return () => {
    stop();
    channel.close();
  };
}
