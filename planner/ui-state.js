/**
 * The plan as it is worked on: rows, one an issue and rater, as in the file it is saved as.
 *
 * Rows are never changed, only replaced: so a plan of a moment ago is at hand to go back to, and
 * what was worked out for an issue holds as long as its rows are the same.
 */

const KEPT = 30;
/** The rater of an issue as the book reads it; a reading is no rating and is not mixed with any. */
export const READING = "the book’s reading";

/**
 * @typedef {Object} Row
 * @property {string} issue - Its name in the file, one for all its rows.
 * @property {string} label - What the team calls it; "" for the name in the file or the book's.
 * @property {string} rater - A code; "" counts as a rater of its own.
 * @property {string} group - "" for none.
 * @property {Object<string, number|null>} scores - By scale, `burden` among them.
 * @property {string[]} offered - Forms of all phases.
 * @property {string[]} enacted
 * @property {string} who - "", `patient`, `family` or `both`.
 */

/** Return an empty row. */
export function emptyRow(issue, label, rater, group = "") {
  return { issue, label, rater, group, scores: {}, offered: [], enacted: [], who: "" };
}

/**
 * The plan, and who wants to know when it changes.
 *
 * @param {Row[]} [rows]
 */
export function openPlan(rows = []) {
  let current = { rows, issue: rows[0]?.issue ?? "", rater: 0 };
  const ways = [];
  const listeners = [];

  function become(next) {
    const names = issuesOf(next.rows);
    const issue = names.includes(next.issue) ? next.issue : (names[0] ?? "");
    const most = rowsOf(next.rows, issue).length - 1;
    current = { rows: next.rows, issue, rater: Math.max(0, Math.min(next.rater, most)) };
    for (const listener of listeners) listener(current);
  }

  return {
    get state() {
      return current;
    },
    listen: (listener) => listeners.push(listener),
    /**
     * Change rows, or what is looked at.
     *
     * @param {{rows?: Row[], issue?: string, rater?: number}} next
     * @param {{what: string, restore: function(Row[]): Row[]}} [back] - The way back.
     */
    change(next, back = null) {
      if (back !== null) {
        ways.push({ ...back, issue: current.issue, rater: current.rater });
        if (ways.length > KEPT) ways.shift();
      }
      become({ ...current, ...next });
    },
    /** What would be undone next, in words; null if nothing. */
    undoable: () => ways.at(-1)?.what ?? null,
    /** Undo the last deletion or exchange, and leave what was changed since. */
    undo() {
      const way = ways.pop();
      if (way) become({ rows: way.restore(current.rows), issue: way.issue, rater: way.rater });
      return way?.what ?? null;
    },
    /** Forget all, and what was before. */
    clear() {
      ways.length = 0;
      become({ rows: [], issue: "", rater: 0 });
    },
  };
}

/** Return the way back from taking rows out: they are put in again where they were. */
export function puttingBack(rows, out) {
  return (now) => {
    const back = [...now];
    for (const row of out) {
      const codes = rowsOf(back, row.issue).map((other) => other.rater);
      const rater = row.rater && freeName(row.rater, codes);
      back.splice(Math.min(rows.indexOf(row), back.length), 0, { ...row, rater });
    }
    return back;
  };
}

/** Return the issues of a plan in order of appearance. */
export function issuesOf(rows) {
  return [...new Set(rows.map((row) => row.issue))];
}

/** Return the rows of one issue. */
export function rowsOf(rows, issue) {
  return rows.filter((row) => row.issue === issue);
}

/** Return rows with one put in the place of another. */
export function withRow(rows, old, fresh) {
  return rows.map((row) => (row === old ? fresh : row));
}

/** Return rows with one more, after the others of its issue. */
export function withAdded(rows, fresh) {
  const last = rows.findLastIndex((row) => row.issue === fresh.issue);
  return last < 0 ? [...rows, fresh] : [...rows.slice(0, last + 1), fresh, ...rows.slice(last + 1)];
}

/** Return a list of forms with one put in, or taken out. */
export function toggled(forms, form, on, order) {
  const left = forms.filter((name) => name !== form);
  return on ? order.filter((name) => name === form || left.includes(name)) : left;
}

/** Return a name that no other has: the wished one, or with the first number that is free. */
export function freeName(wished, taken) {
  const lower = new Set(taken.map((name) => name.toLowerCase()));
  if (!lower.has(wished.toLowerCase())) return wished;
  let number = 2;
  while (lower.has(`${wished} ${number}`.toLowerCase())) number += 1;
  return `${wished} ${number}`;
}

/** Return the next code of a rater of an issue: R1, R2, …. */
export function nextRater(rows) {
  const taken = new Set(rows.map((row) => row.rater.toLowerCase()));
  let number = rows.length + 1;
  while (taken.has(`r${number}`)) number += 1;
  return `R${number}`;
}

/** Return what a rater is called on the page. */
export function raterName(row, place) {
  return row.rater || `rater ${place + 1}`;
}
