/**
 * From files and links to rows of the plan, and back.
 *
 * Everything that comes from outside passes the reader of files, with its limits and its faults;
 * what is kept on the device and what a link holds are files too.
 */

import { joined, planCsv, ratingsCsv } from "./csv.js";
import { plan } from "./model.js";
import { read } from "./ratings.js";
import { inputs } from "./ui-answer.js";
import { emptyRow, issuesOf, nextRater, rowsOf } from "./ui-state.js";

/**
 * Return the rows that a file holds.
 *
 * @param {Uint8Array} bytes
 * @param {string} name - Name of the file, as faults call it.
 * @param {Object} book
 * @returns {{rows: Object[], notes: string[], faults: string[]}} With faults there are no rows.
 */
export function openFile(bytes, name, book) {
  const { ratings, practice, faults, notes } = read(bytes, name, book);
  const order = [...book.form.keys()];
  const inOrder = (forms) => order.filter((form) => forms.includes(form));
  const rows = joined(ratings, practice, book).map((row) => ({
    ...emptyRow(row.issue, ownLabel(row, book), row.rater, row.group ?? ""),
    scores: Object.fromEntries(book.model.rated.map((scale) => [scale, row[scale] ?? null])),
    offered: inOrder(row.offered),
    enacted: inOrder(row.enacted),
    who: row.who ?? "",
  }));
  return { rows, notes, faults };
}

/** Return the team's own label; none where it is the book's, or the name itself. */
function ownLabel({ issue, label }, book) {
  const given = book.issue.get(issue)?.label ?? issue;
  return label === given ? "" : (label ?? "");
}

/** Return rows as the file that the command line reads. */
export function toFile(rows, book) {
  return ratingsCsv(
    rows.map((row) => ({
      issue: row.issue,
      label: row.label,
      rater: row.rater,
      group: row.group,
      ...row.scores,
      offered: row.offered,
      enacted: row.enacted,
      who: row.who,
    })),
    book,
  );
}

/** Return the plan as the table that the command line writes. */
export function toPlan(rows, book) {
  const { ratings, named } = inputs(rows, book);
  return planCsv(plan(ratings, named, book).table);
}

/**
 * Return rows with others added: those of a known issue as its further raters.
 *
 * A row that is there already is not added again; a code that is taken gets another.
 *
 * @returns {{rows: Object[], added: number}}
 */
export function merged(rows, others, book) {
  const found = [...rows];
  const told = (row) => toFile([{ ...row, label: "" }], book);
  for (const row of others) {
    const known = rowsOf(found, row.issue);
    if (known.some((other) => told(other) === told(row))) continue;
    const taken = row.rater && known.some((other) => other.rater === row.rater);
    const label = known.length ? known[0].label : row.label;
    found.push({ ...row, label, rater: taken ? nextRater(known) : row.rater });
  }
  const sorted = issuesOf(found).flatMap((issue) => rowsOf(found, issue));
  return { rows: sorted, added: sorted.length - rows.length };
}

/** Tell what stands in the way of a name, as the reader of files would; "" if nothing. */
export function faultOf(row, book) {
  const bytes = new TextEncoder().encode(toFile([row], book));
  const { rows, faults } = openFile(bytes, "name", book);
  if (faults.length) return faults[0];
  return rows[0]?.issue === row.issue
    ? ""
    : "The name begins or ends with signs that a file loses.";
}
