/** What the page says when something was done, and what it asks before something is lost. */

import { el, fill } from "./ui-dom.js";

const QUIET = 900;

/**
 * Make the place for notices, and the voice that tells screen readers what changed.
 *
 * @returns {{node: HTMLElement, tell: Function, ask: Function, clear: Function, whisper: Function}}
 */
export function makeNotices() {
  const voice = el("div", { class: "planner-unseen", role: "status" });
  const place = el("div", { class: "planner-notices" });
  const node = el("div", {}, voice, place);
  let timer = 0;
  let last = "";

  /** Say something to screen readers once the reader pauses, and never twice. */
  function whisper(text) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (text !== last) voice.textContent = text;
      last = text;
    }, QUIET);
  }

  function clear() {
    fill(place);
  }

  /**
   * Show a notice.
   *
   * @param {Object} notice
   * @param {string} notice.title
   * @param {string[]} [notice.lines]
   * @param {boolean} [notice.bad] - Something went wrong.
   * @param {boolean} [notice.take] - Take the reader there.
   * @param {[string, Function][]} [notice.ways] - Buttons and what they do.
   */
  function tell({ title, lines = [], bad = false, take = false, ways = [] }) {
    const box = el(
      "div",
      {
        class: bad ? "planner-notice planner-bad" : "planner-notice",
        role: bad ? "alert" : "status",
        tabindex: -1,
      },
      el("p", {}, el("strong", {}, title)),
      lines.length > 1
        ? el(
            "ul",
            {},
            lines.map((line) => el("li", {}, line)),
          )
        : lines.map((line) => el("p", {}, line)),
      el(
        "div",
        { class: "planner-buttons" },
        [...ways, ["Close", () => {}]].map(([name, act]) =>
          el("button", { type: "button", on: { click: () => (clear(), act()) } }, name),
        ),
      ),
    );
    fill(place, box);
    if (take || bad) {
      box.focus({ preventScroll: true });
      box.scrollIntoView({ block: "nearest" });
    }
  }

  return { node, tell, clear, whisper };
}

/** Ask before something is lost; calls back only on a yes. */
export function confirmed(title, text, yes, act) {
  const dialog = el(
    "dialog",
    { class: "planner-dialog", "aria-label": title },
    el("h2", {}, title),
    el("p", {}, text),
    el(
      "form",
      { method: "dialog", class: "planner-buttons" },
      el("button", { value: "no" }, "Cancel"),
      el("button", { value: "yes", class: "planner-strong" }, yes),
    ),
  );
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
    if (dialog.returnValue === "yes") act();
  });
  document.body.append(dialog);
  dialog.showModal();
}
