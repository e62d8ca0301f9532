/** What the reader's hand changes in the plan, and what the page says to it. */

import { workedIssue } from "./book.js";
import { labelOf } from "./ui-answer.js";
import { faultOf } from "./ui-files.js";
import * as state from "./ui-state.js";

const FIRST = "R1";

/**
 * Make the changes.
 *
 * @param {Object} plan - What `openPlan` gives.
 * @param {Object} book
 * @param {Object} notices - What `makeNotices` gives.
 * @param {function(): void} onAdded - Called when an issue has come into the plan.
 */
export function makeEdits(plan, book, notices, onAdded) {
  function shownRows() {
    return state.rowsOf(plan.state.rows, plan.state.issue);
  }

  function refuse(title, lines = []) {
    notices.tell({ title, lines, bad: true });
  }

  /** Tell what was taken away, and offer it back. */
  function offerUndo(title, lines = []) {
    notices.tell({ title, lines, take: true, ways: [["Undo", undo]] });
  }

  function undo() {
    const what = plan.undo();
    const more = plan.undoable();
    const ways = more ? [[`Undo as well: ${more}`, undo]] : [];
    notices.tell({ title: `Undone: ${what}.`, take: true, ways });
  }

  /** Change scores, forms or who. A reading of the book becomes a rating of the team's own. */
  function changeRow({ scores = {}, forms = {}, who = null }) {
    const row = shownRows()[plan.state.rater];
    const next = { ...row, scores: { ...row.scores, ...scores }, who: who ?? row.who };
    for (const [layer, { form, on }] of Object.entries(forms)) {
      next[layer] = state.toggled(row[layer], form, on, [...book.form.keys()]);
    }
    if (row.rater === state.READING) {
      next.rater = FIRST;
      notices.tell({ title: "Now a rating of your own, begun from the book’s reading." });
    }
    plan.change({ rows: state.withRow(plan.state.rows, row, next) });
  }

  function addRater() {
    const own = shownRows();
    const { rows, issue } = plan.state;
    if (own.length >= book.limits.raters) {
      refuse(`An issue has at most ${book.limits.raters} raters.`);
    } else if (own.length === 1 && own[0].rater === state.READING) {
      const fresh = state.emptyRow(issue, own[0].label, FIRST);
      const restore = (now) => state.withRow(now, state.rowsOf(now, issue)[0], own[0]);
      const back = { what: "taking out the book’s reading", restore };
      plan.change({ rows: state.withRow(rows, own[0], fresh), rater: 0 }, back);
      offerUndo("The book’s reading was taken out: it is no rater, and is not mixed with yours.");
    } else {
      const fresh = state.emptyRow(issue, own[0].label, state.nextRater(own), own.at(-1).group);
      plan.change({ rows: state.withAdded(rows, fresh), rater: own.length });
      notices.whisper(`Rater ${fresh.rater} added. The sliders are theirs now.`);
    }
  }

  function removeRater() {
    const { rows, rater } = plan.state;
    const own = shownRows();
    const out = own[rater];
    const what = `the ratings of ${state.raterName(out, rater)} in “${labelOf(own, book)}”`;
    const restore = state.puttingBack(rows, [out]);
    plan.change({ rows: rows.filter((row) => row !== out) }, { what: `removing ${what}`, restore });
    offerUndo(`Removed ${what}.`);
  }

  function nameRater({ code = null, group = null }) {
    const own = shownRows();
    const row = own[plan.state.rater];
    const next = { ...row, rater: tidy(code ?? row.rater), group: tidy(group ?? row.group) };
    const taken = own.some((other) => other !== row && other.rater && other.rater === next.rater);
    const groups = new Set(plan.state.rows.map((other) => other.group)).add(next.group);
    groups.delete("");
    if (taken) {
      refuse(`The code ${next.rater} is taken: each rater of an issue has one of their own.`);
    } else if (groups.size > book.limits.groups) {
      refuse(`A plan has at most ${book.limits.groups} groups.`);
    } else take([[row, next]]);
  }

  /** Take rows in the place of others, if a file could hold them. */
  function take(pairs) {
    const fault = pairs.map(([, next]) => faultOf(next, book)).find(Boolean);
    if (fault) {
      refuse("That cannot be kept in a file.", [fault]);
      return;
    }
    const { rows } = plan.state;
    plan.change({ rows: pairs.reduce((now, [row, next]) => state.withRow(now, row, next), rows) });
  }

  function addIssue(row) {
    const issues = state.issuesOf(plan.state.rows);
    const fault = faultOf(row, book);
    if (issues.length >= book.limits.issues) {
      refuse(`One plan holds at most ${book.limits.issues} issues.`);
    } else if (fault) {
      refuse("That name cannot be kept in a file.", [fault]);
    } else {
      plan.change({ rows: [...plan.state.rows, row], issue: row.issue, rater: 0 });
      notices.clear();
      onAdded();
    }
  }

  function addNew(text) {
    const wished = tidy(text);
    if (!wished) {
      refuse("Give the issue a name.");
      return;
    }
    // A name that the book uses for an issue of its own would bring that issue's strategies.
    const taken = [...state.issuesOf(plan.state.rows), ...book.issue.keys()];
    addIssue(state.emptyRow(state.freeName(wished, taken), "", FIRST));
  }

  function addWorked(issue, reading) {
    if (state.issuesOf(plan.state.rows).includes(issue)) {
      plan.change({ issue, rater: 0 });
      onAdded();
      notices.tell({ title: "This issue is in your plan already." });
    } else addIssue(reading ? readingOf(issue, book) : state.emptyRow(issue, "", FIRST));
  }

  function rename(text) {
    const label = tidy(text);
    const { issue } = plan.state;
    const given = book.issue.get(issue)?.label ?? issue;
    const fresh = { label: label === given ? "" : label };
    take(shownRows().map((row) => [row, { ...row, ...fresh }]));
  }

  function removeIssue() {
    const { rows } = plan.state;
    const out = shownRows();
    const what = `“${labelOf(out, book)}”`;
    plan.change(
      { rows: rows.filter((row) => !out.includes(row)) },
      { what: `removing ${what}`, restore: state.puttingBack(rows, out) },
    );
    offerUndo(`Removed ${what}.`);
  }

  return {
    ...{ shownRows, refuse, offerUndo, undo, changeRow, addRater, removeRater, nameRater },
    ...{ addNew, addWorked, rename, removeIssue },
    chooseRater: (place) => plan.change({ rater: place }),
    chooseIssue: (issue) => plan.change({ issue, rater: 0 }),
  };
}

/** Return an issue of the book as the literature tells of it. */
function readingOf(issue, book) {
  const { ratings, practice } = workedIssue(issue, book, state.READING);
  const named = (layer) => practice.filter((row) => row.layer === layer).map((row) => row.form);
  return {
    ...state.emptyRow(issue, "", state.READING),
    scores: Object.fromEntries(book.model.rated.map((scale) => [scale, ratings[0][scale]])),
    offered: named("offered"),
    enacted: named("enacted"),
    who: ratings[0].who ?? "",
  };
}

/** Return what was typed without signs that nobody sees. */
function tidy(text) {
  return text.normalize("NFC").replace(/\p{C}/gu, "").trim().replace(/\s+/g, " ");
}
