/** How an issue comes into the plan: named anew, or taken from the book. */

import { el, fill, fresh, LONGEST } from "./ui-dom.js";
import { capital } from "./words.js";

/**
 * Make the panel.
 *
 * @param {Object} book
 * @param {{onNew: function(string): void, onWorked: function(string, boolean): void,
 *   onExample: function(): void}} tell
 */
export function makeAdd(book, tell) {
  const name = fresh("name");
  const hint = fresh("hint");
  const known = fresh("known");
  const field = el("input", {
    id: name,
    type: "text",
    maxlength: LONGEST,
    autocomplete: "off",
    required: true,
    "aria-describedby": hint,
  });
  const choice = el(
    "select",
    { id: known },
    book.issues.map((issue) => el("option", { value: issue.issue }, capital(issue.label))),
  );
  const reading = el("input", { type: "checkbox", checked: true });
  const heading = el("h2", { class: "planner-add-title" });
  const examples = el(
    "p",
    { class: "planner-note" },
    "Or ",
    el(
      "button",
      { type: "button", class: "planner-link", on: { click: tell.onExample } },
      "look at an invented example",
    ),
    " with three issues and six raters.",
  );
  const node = el(
    "section",
    { class: "planner-add" },
    heading,
    el(
      "form",
      { on: { submit: (event) => (event.preventDefault(), given()) } },
      el("label", { for: name }, "Name a new issue"),
      el(
        "p",
        { class: "planner-hint", id: hint },
        "As something that can go wrong at a place and time, such as “worry at night about a " +
          "patient”; no names of people.",
      ),
      el(
        "div",
        { class: "planner-line" },
        field,
        el("button", { class: "planner-strong" }, "Plan it"),
      ),
    ),
    el(
      "form",
      {
        on: {
          submit: (event) => {
            event.preventDefault();
            tell.onWorked(choice.value, reading.checked);
          },
        },
      },
      el("label", { for: known }, "Or take one that the book has worked out"),
      el("div", { class: "planner-line" }, choice, el("button", {}, "Take it")),
      el(
        "label",
        { class: "planner-check" },
        reading,
        el("span", {}, "Begin with the book’s reading of the literature, as an example"),
      ),
    ),
    examples,
  );
  function given() {
    const text = field.value;
    field.value = "";
    tell.onNew(text);
  }
  return {
    node,
    focus: () => field.focus(),
    show(count) {
      fill(heading, count ? "Add an issue" : "Which safety issue do you want to plan for?");
      examples.hidden = count > 0;
    },
  };
}
