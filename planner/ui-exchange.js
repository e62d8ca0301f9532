/** What comes from outside: files, links, the example. Nothing is lost to it without a question. */

import { labelOf } from "./ui-answer.js";
import { merged, openFile } from "./ui-files.js";
import * as link from "./ui-link.js";
import { issuesOf, rowsOf } from "./ui-state.js";
import { capital, counted } from "./words.js";

const TOLD = 5;

/**
 * Make what takes things in.
 *
 * @param {Object} plan - What `openPlan` gives.
 * @param {Object} book
 * @param {Object} notices - What `makeNotices` gives.
 * @param {Object} edits - What `makeEdits` gives.
 */
export function makeExchange(plan, book, notices, edits) {
  /** Take in the bytes of a file; `from` says where they come from, `name` what faults call it. */
  function takeIn(bytes, name, from) {
    const found = openFile(bytes, name, book);
    if (found.faults.length) {
      edits.refuse(
        `${counted(found.faults.length, "fault")} in ${from}. Nothing was changed.`,
        shortened(found.faults, book.limits.faultsShown),
      );
    } else if (plan.state.rows.length) askFirst(found, from);
    else {
      plan.change({ rows: found.rows, issue: "", rater: 0 });
      const title = `Opened ${from}: ${holding(found.rows)}.`;
      notices.tell({ title, lines: found.notes, take: true });
    }
  }

  function askFirst(found, from) {
    const labels = issuesOf(found.rows).map((issue) => labelOf(rowsOf(found.rows, issue), book));
    notices.tell({
      title: `${capital(from)} holds ${holding(found.rows)}. What shall become of your plan?`,
      lines: [
        `In ${from}: ${shortened(labels, TOLD).join("; ")}.`,
        `Your plan here: ${holding(plan.state.rows)}.`,
        ...found.notes,
      ],
      take: true,
      ways: [
        ["Add it to my plan", () => add(found, from)],
        ["Put it in the place of my plan", () => replace(found, from)],
      ],
    });
  }

  function replace(found, from) {
    const { rows } = plan.state;
    const back = { what: `putting ${from} in the place of your plan`, restore: () => rows };
    plan.change({ rows: found.rows, issue: "", rater: 0 }, back);
    edits.offerUndo(`Opened ${from}: ${holding(found.rows)}.`);
  }

  function add(found, from) {
    const { rows: before } = plan.state;
    const { rows, added } = merged(before, found.rows, book);
    const fault = tooMuch(rows, book);
    if (fault) {
      edits.refuse(`${fault} Nothing was changed.`);
      return;
    }
    plan.change({ rows }, { what: `adding ${from}`, restore: () => before });
    edits.offerUndo(`Added from ${from}: ${counted(added, "rating")} of one rater and issue each.`);
  }

  async function takeFile(file) {
    if (file.size > book.limits.bytes) {
      const most = `at most ${book.limits.bytes / 1_000_000} MB`;
      const fault = `found a larger file; expected ${most}; split it into several files.`;
      edits.refuse("1 fault in the file. Nothing was changed.", [`${file.name}: ${fault}`]);
    } else takeIn(new Uint8Array(await file.arrayBuffer()), file.name, "the file");
  }

  async function takeLink() {
    const { hash } = location;
    if (!link.holds(hash)) return;
    // Out of the address, so that reloading does not ask again.
    history.replaceState(null, "", location.href.split("#")[0]);
    try {
      takeText(await link.read(hash), "link", "the link");
    } catch (error) {
      if (!(error instanceof link.LinkError)) throw error;
      edits.refuse(error.message, ["Nothing was changed."]);
    }
  }

  function takeText(text, name, from) {
    takeIn(new TextEncoder().encode(text), name, from);
  }

  return { takeFile, takeLink, takeText };
}

/** Return in words how many issues and ratings rows hold. */
function holding(rows) {
  return `${counted(issuesOf(rows).length, "issue")}, ${counted(rows.length, "rating")}`;
}

function shortened(lines, most) {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `… and ${lines.length - most} more`];
}

/** Return why a plan cannot hold so much; "" if it can. */
function tooMuch(rows, { limits }) {
  const issues = issuesOf(rows);
  const raters = Math.max(...issues.map((issue) => rowsOf(rows, issue).length));
  const groups = new Set(rows.map((row) => row.group).filter(Boolean)).size;
  if (issues.length > limits.issues) return `One plan holds at most ${limits.issues} issues.`;
  if (raters > limits.raters) return `An issue has at most ${limits.raters} raters.`;
  return groups > limits.groups ? `A plan has at most ${limits.groups} groups.` : "";
}
