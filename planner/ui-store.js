/**
 * The plan on this device, between visits: in the browser's own store, as the file it is saved as.
 *
 * A device may have no store, or refuse it; then the page works and says that it cannot keep.
 */

const KEY = "book:planner";
const VERSION = 1;

/**
 * Return what is kept.
 *
 * @returns {{kind: "none" | "refused" | "unknown" | "plan", csv?: string, issue?: string,
 *   raw?: string}} `unknown`: something that this page did not write, or a newer one did.
 */
export function load() {
  let raw;
  try {
    raw = localStorage.getItem(KEY);
  } catch {
    return { kind: "refused" };
  }
  if (raw === null) return { kind: "none" };
  try {
    const { version, csv, issue } = JSON.parse(raw);
    if (version === VERSION && typeof csv === "string") {
      return { kind: "plan", csv, issue: typeof issue === "string" ? issue : "", raw };
    }
  } catch {
    // What is no JSON is nothing of ours.
  }
  return { kind: "unknown", raw };
}

/**
 * Keep a plan.
 *
 * @param {string} csv - Its ratings as a file.
 * @param {string} issue - The issue looked at.
 * @returns {boolean} Whether it is kept.
 */
export function save(csv, issue) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ version: VERSION, csv, issue }));
    return true;
  } catch {
    return false;
  }
}

/** Take away all that is kept. */
export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing could be kept either.
  }
}

/** Call back when another tab of this browser keeps another plan, or forgets it. */
export function onOther(callback) {
  window.addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) callback();
  });
}
