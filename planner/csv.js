/** CSV files as the command line reads and writes them. */

import { guarded } from "./spreadsheets.js";
import { fixed, general } from "./text.js";

/** The mark at the beginning tells Excel that a file is UTF-8. */
const UTF8 = "\ufeff";
const LISTS = ["fitting", "offered", "enacted", "enacted_fitting"];
const NUMBERS = ["best_fit", "offered_fit", "gap", "burden"];
const COLUMNS = [
  ...["issue", "label", "phase", "scales_rated", "fitting", "best_fit", "offered", "offered_fit"],
  ...["relation", "gap", "enacted", "enacted_fitting", "unsupported"],
  ...["burden", "who", "carried_by"],
];

/**
 * Return a plan as the text of `plan.csv`: encoded in UTF-8, the very bytes of the command line's.
 *
 * @param {Object[]} table  the rows that `plan` gives
 * @returns {string}
 */
export function planCsv(table) {
  const rows = table.map((row) => COLUMNS.map((column) => cellOf(column, row[column])));
  return written([COLUMNS, ...rows], "\n");
}

/**
 * Return ratings as the text of a file that the command line and `read` take: a row a rater.
 *
 * @param {Object[]} rows  `issue`, `label`, `rater`, `group`, a score (or null) a scale, `burden`,
 *   `offered` and `enacted` (lists of forms), `who`
 * @param {Object} book
 * @returns {string}
 */
export function ratingsCsv(rows, book) {
  const { rated, layers } = book.model;
  const columns = ["issue", "label", "rater", "group", ...rated, ...layers, "who"];
  const cell = (row, column) => {
    const value = row[column] ?? "";
    if (layers.includes(column)) return [...value].join("; ");
    return typeof value === "number" ? general(value, 15) : guarded(value);
  };
  const told = rows.map((row) => columns.map((column) => cell(row, column)));
  return written([columns, ...told], "\r\n");
}

/**
 * Return ratings and practice, as `read` gives them, as rows of `ratingsCsv`.
 *
 * Names that reading made up for a blank rater become blank again. A rater who named forms and gave
 * no score gets a row of the same issue.
 *
 * @param {import("./raters.js").Rating[]} ratings
 * @param {import("./raters.js").Named[]} practice
 * @param {Object} book
 * @returns {Object[]}
 */
export function joined(ratings, practice, book) {
  const none = () => Object.fromEntries(book.model.layers.map((layer) => [layer, []]));
  const key = ({ issue, rater }) => JSON.stringify([issue, rater]);
  const rows = new Map(ratings.map((row) => [key(row), { ...row, ...none() }]));
  for (const row of practice) {
    const { issue, rater, group, layer, form } = row;
    if (!rows.has(key(row))) rows.set(key(row), { issue, rater, group, ...none() });
    const known = rows.get(key(row))[layer];
    if (!known.includes(form)) known.push(form);
  }
  return [...rows.values()].map((row) => ({
    ...row,
    rater: /^\((practice, )?row \d+\)$/.test(row.rater) ? "" : row.rater,
  }));
}

function cellOf(column, value) {
  if (LISTS.includes(column)) return value.join(";");
  if (value === null) return "";
  if (NUMBERS.includes(column)) return fixed(value, 4);
  if (column === "unsupported") return value ? "yes" : "no";
  return guarded(String(value));
}

function written(rows, end) {
  return UTF8 + rows.map((cells) => cells.map(quotedCell).join(",") + end).join("");
}

/** Return a cell in quotation marks where it holds what would end it. */
function quotedCell(text) {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
