/** All issues of the plan in a table and on a map; only what changed is drawn anew. */

import { el, fill, say } from "./ui-dom.js";
import { counted, named, number } from "./words.js";

const COLUMNS = [
  "Issue",
  "What fits",
  "What you offer",
  "What you offer, compared",
  "Done without support",
  "Burden",
];

/**
 * Make the overview.
 *
 * @param {Object} book
 * @param {function(string): void} choose - Called with the issue whose name is pressed.
 * @returns {{node: HTMLElement, show: function(Object[]): void}} `show` takes the answers.
 */
export function makeOverview(book, choose) {
  const list = el("ul");
  const body = el("tbody", { role: "rowgroup" });
  const rows = new Map();
  const node = el(
    "div",
    {},
    el(
      "div",
      { class: "planner-answer" },
      el("strong", { class: "planner-kicker" }, "In short"),
      list,
    ),
    el(
      "table",
      { class: "planner-stack planner-issues", role: "table" },
      el("caption", {}, "What fits, best first; what you offer in delivery; how the two compare."),
      el(
        "thead",
        { role: "rowgroup" },
        el(
          "tr",
          { role: "row" },
          COLUMNS.map((name) => el("th", { scope: "col", role: "columnheader" }, name)),
        ),
      ),
      body,
    ),
  );
  const label = (form) => named(book.form.get(form).label);

  function cells(answer, place) {
    const { delivery, heavy, label: name, issue, relation } = answer;
    const { fitting, offered, unsupported, enacted_fitting: alone } = delivery;
    const button = el(
      "button",
      { type: "button", class: "planner-link", on: { click: () => choose(issue) } },
      el("bdi", {}, name),
    );
    const told = [
      fitting.map(label).join(", ") || "too little is rated",
      offered.map(label).join(", ") || "nothing named",
      el("strong", {}, book.words.short[relation]),
      unsupported ? alone.map(label).join(", ") : "–",
      [number(delivery.burden), heavy ? el("small", {}, "heavy: see who carries it") : null],
    ];
    return [
      el("th", { scope: "row", role: "rowheader" }, `${place + 1}. `, button),
      told.map((cell, at) => el("td", { role: "cell", "data-name": COLUMNS[at + 1] }, cell)),
    ];
  }

  return {
    node,
    show(answers) {
      const order = answers.map((answer, place) => {
        const held = rows.get(answer.issue) ?? { row: el("tr", { role: "row" }) };
        if (held.answer !== answer || held.place !== place) {
          fill(held.row, cells(answer, place));
          rows.set(answer.issue, { row: held.row, answer, place });
        }
        return held.row;
      });
      const same =
        order.length === body.children.length &&
        order.every((row, at) => row === body.children[at]);
      if (!same) {
        fill(body, order);
        const known = new Set(answers.map((answer) => answer.issue));
        for (const issue of rows.keys()) if (!known.has(issue)) rows.delete(issue);
      }
      inShort(list, answers, book);
    },
  };
}

function inShort(list, answers, book) {
  const lines = book.model.relations
    .map((relation) => [relation, answers.filter((answer) => answer.relation === relation).length])
    .filter(([, count]) => count)
    .map(([relation, count]) => `${counted(count, "issue")} ${book.words.counted[relation]}`);
  const alone = answers.filter((answer) => answer.delivery.unsupported).length;
  if (alone) {
    lines.push(
      `${counted(alone, "issue")} where people already take a part that fits, without support`,
    );
  }
  while (list.children.length > lines.length) list.lastChild.remove();
  lines.forEach((line, at) => say(list.children[at] ?? list.appendChild(el("li")), line));
}
