/** Keeping the plan on this device, opening it again, and forgetting it. */

import { openFile, toFile } from "./ui-files.js";
import { confirmed } from "./ui-notice.js";
import { saveFile } from "./ui-save.js";
import * as store from "./ui-store.js";

const PAUSE = 250;
const NOT_KEPT = "This browser keeps nothing between visits: save the ratings as a file.";

/**
 * Make the keeper.
 *
 * @param {Object} plan - What `openPlan` gives.
 * @param {Object} book
 * @param {Object} notices - What `makeNotices` gives.
 * @param {function(string): void} onSaid - Takes what is to be said about keeping.
 */
export function makeKeeper(plan, book, notices, onSaid) {
  let keeping = true;
  let held = null;
  let timer = 0;

  function keep() {
    clearTimeout(timer);
    const { rows, issue } = plan.state;
    if (!keeping) return;
    if (!rows.length) {
      if (held !== null) store.forget();
      held = null;
      onSaid("");
      return;
    }
    const csv = toFile(rows, book);
    if (held === issue + csv) return;
    held = store.save(csv, issue) ? issue + csv : null;
    onSaid(held === null ? NOT_KEPT : "Your plan is kept on this device.");
  }

  function keepSoon() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  /** Open what is kept from the last visit; what cannot be read is left as it is. */
  function open() {
    const kept = store.load();
    if (kept.kind === "refused") {
      keeping = false;
      onSaid(NOT_KEPT);
    }
    if (kept.kind === "plan") {
      const found = openFile(new TextEncoder().encode(kept.csv), "kept on this device", book);
      if (found.faults.length) leave(kept.csv, found.faults);
      else plan.change({ rows: found.rows, issue: kept.issue, rater: 0 });
    }
    if (kept.kind === "unknown")
      leave(kept.raw, ["It was written by another version of this page."]);
  }

  function leave(text, lines) {
    keeping = false;
    notices.tell({
      title:
        "What is kept on this device cannot be read. It is left as it is, and new work is not " +
        "kept.",
      lines: lines.slice(0, 5),
      bad: true,
      ways: [
        ["Save it as a file", () => saveFile(text, "kept.csv", "text/csv;charset=utf-8")],
        ["Forget it", askToForget],
      ],
    });
  }

  function askToForget() {
    confirmed(
      "Forget everything?",
      "This takes the plan off this page and off this device. It cannot be undone: save the " +
        "ratings as a file first if you may want them again.",
      "Forget everything",
      forget,
    );
  }

  function forget() {
    plan.clear();
    clearTimeout(timer);
    store.forget();
    held = null;
    keeping = true;
    onSaid("");
    notices.tell({ title: "All is forgotten.", take: true });
  }

  plan.listen(keepSoon);
  window.addEventListener("pagehide", keep);
  store.onOther(() => {
    notices.tell({
      title: "The plan on this device was changed in another tab.",
      lines: ["What you change here takes its place."],
      ways: [["Show the other tab’s plan", reload]],
    });
  });

  function reload() {
    keeping = false;
    location.reload();
  }

  return { open, askToForget };
}
