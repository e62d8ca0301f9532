/** Sheets to print: one an issue, made when the browser asks for them. */

import { el, fill } from "./ui-dom.js";
import { sheet } from "./ui-result.js";

/**
 * Make the place of the sheets.
 *
 * @param {function(): Object[]} all - Returns what is told of all issues.
 * @returns {{node: HTMLElement, print: function(?string): void}} `print` takes the one issue to
 *   print, or null for all; printing from the browser's menu prints all.
 */
export function makePaper(all) {
  const node = el("div", { class: "planner-paper" });
  let only = null;

  window.addEventListener("beforeprint", () => {
    const told = all().filter((answer) => only === null || answer.issue === only);
    fill(node, told.map(sheet));
    document.documentElement.classList.toggle("planner-printing", told.length > 0);
  });
  window.addEventListener("afterprint", () => {
    fill(node);
    document.documentElement.classList.remove("planner-printing");
    only = null;
  });
  return {
    node,
    print(issue) {
      only = issue;
      window.print();
    },
  };
}
