/** The service worker that lets a page be loaded again without a network. */

/** In development the pages come from the build server, and change under their names. */
export function installWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // Without one, as in a private window, all else works; only a reload needs the network then.
  navigator.serviceWorker.register("/service_worker.js").catch((error: unknown) => {
    console.warn("pages cannot be loaded again without a network:", error);
  });
}

/** Lets go of the pictures that were kept for the tasks at hand. */
export function forgetMedia(): void {
  if ("serviceWorker" in navigator) navigator.serviceWorker.controller?.postMessage("forget");
}
