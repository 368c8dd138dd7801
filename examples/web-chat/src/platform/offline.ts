/**
 * Opens the application without a network: the service worker keeps its files. What was said is kept
 * by the client. Where there is no service worker (a page without TLS), one needs a network to open it.
 */
export function openOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // After the page: the files are then in the browser's cache, and nothing is fetched twice.
  window.addEventListener('load', () => {
    navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`).catch(() => {
      // Forbidden by a setting: the application works, with a network.
    })
  })
}
