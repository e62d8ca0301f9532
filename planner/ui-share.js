/** How the plan leaves the page: as a file, a link or on paper; and how it is forgotten. */

import { el, say } from "./ui-dom.js";
import { toFile, toPlan } from "./ui-files.js";
import * as link from "./ui-link.js";
import { copyText, saveFile } from "./ui-save.js";
import { grouped } from "./text.js";

const CSV = "text/csv;charset=utf-8";
const PRIVATE =
  "What you enter stays on this device, in this browser; nothing is sent anywhere. Names of " +
  "people do not belong here: give raters codes, such as R1. On a device that others use, forget " +
  "everything before you leave.";

/**
 * Make the section.
 *
 * @param {Object} plan - What `openPlan` gives.
 * @param {Object} book
 * @param {Object} edits - What `makeEdits` gives.
 * @param {{print: function(?string): void, forget: function(): void}} ways
 */
export function makeShare(plan, book, edits, ways) {
  const kept = el("p", { class: "planner-note", role: "status" });
  const field = el("input", { id: "planner-link", type: "text", readonly: true });
  const said = el("p", { class: "planner-note", role: "status" });
  const box = el(
    "div",
    { class: "planner-field", hidden: true },
    el("label", { for: "planner-link" }, "Link to this plan"),
    field,
    said,
    el(
      "p",
      { class: "planner-hint" },
      "The plan travels in the link itself and is stored nowhere else. Whoever has the link can " +
        "read it.",
    ),
  );

  async function makeLink() {
    const made = await link.write(toFile(plan.state.rows, book), location.href);
    if (!made.fits) {
      edits.refuse("This plan is too large for a link.", [
        `The link would have ${grouped(made.length)} characters; mail and chat cut links from ` +
          `about ${grouped(link.LONGEST)}. Save the ratings as a file and pass that on.`,
      ]);
      return;
    }
    box.hidden = false;
    field.value = made.link;
    field.focus();
    field.select();
    const copied = await copyText(made.link);
    say(said, copied ? "The link is on the clipboard." : "Copy the link from the field.");
  }

  function button(name, act, kind = null) {
    return el("button", { type: "button", class: kind, on: { click: act } }, name);
  }

  const undo = button("Undo", edits.undo);
  const saveRatings = () => saveFile(toFile(plan.state.rows, book), "ratings.csv", CSV);
  const savePlan = () => saveFile(toPlan(plan.state.rows, book), "plan.csv", CSV);
  const all = button("Print all issues", () => ways.print(null));
  return {
    node: el(
      "section",
      { "aria-labelledby": "planner-keep", class: "planner-keep" },
      el("h2", { id: "planner-keep" }, "Keep, share, print"),
      el("p", {}, PRIVATE),
      kept,
      el(
        "div",
        { class: "planner-buttons" },
        button("Save the ratings", saveRatings),
        button("Save the plan as a table", savePlan),
        button("Make a link", makeLink),
        button("Print this issue", () => ways.print(plan.state.issue)),
        all,
        undo,
        button("Forget everything", ways.forget, "planner-danger"),
      ),
      box,
      el(
        "p",
        { class: "planner-hint" },
        "The ratings are saved as the file that ",
        el("code", {}, "python -m partnership plan"),
        " reads, and that this page opens again. Raters can each rate on a device of their own " +
          "and pass on a file or a link; opened here, it can be added to the plan.",
      ),
    ),
    /** Say whether the plan is kept. */
    onKept: (text) => say(kept, text),
    show(issues) {
      const what = plan.undoable();
      undo.hidden = what === null;
      say(undo, `Undo ${what}`);
      all.hidden = issues < 2;
    },
    /** Leave nothing of a plan that is forgotten. */
    empty() {
      box.hidden = true;
      field.value = "";
    },
  };
}
