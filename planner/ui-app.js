/** The page as a whole: what stands where, and what is shown when the plan changes. */

import { openBook } from "./book.js";
import { mapPosition } from "./model.js";
import { byIssue } from "./raters.js";
import { makeAdd } from "./ui-add.js";
import { answer } from "./ui-answer.js";
import { el, fill, say, textField } from "./ui-dom.js";
import { makeEdits } from "./ui-edit.js";
import { makeExchange } from "./ui-exchange.js";
import { makeFigure } from "./ui-figure.js";
import { makeForm } from "./ui-form.js";
import { makeKeeper } from "./ui-keep.js";
import { makeNotices } from "./ui-notice.js";
import { makeOverview } from "./ui-overview.js";
import { makePaper } from "./ui-print.js";
import { answerBox, makeBars, showPlan } from "./ui-result.js";
import { makeShare } from "./ui-share.js";
import { openPlan, READING } from "./ui-state.js";
import { capital, counted } from "./words.js";

const PAUSE = 250;

/**
 * Start the planner.
 *
 * @param {HTMLElement} root - Where it shall stand.
 * @param {Object} block - What the book knows, as the page holds it.
 */
export function start(root, block) {
  const book = openBook(block);
  const plan = openPlan();
  const notices = makeNotices();
  const answers = makeAnswers(plan, book);
  const edits = makeEdits(plan, book, notices, goToIssue);
  const exchange = makeExchange(plan, book, notices, edits);
  const paper = makePaper(answers.all);
  const share = makeShare(plan, book, edits, {
    print: paper.print,
    forget: () => keeper.askToForget(),
  });
  const keeper = makeKeeper(plan, book, notices, share.onKept);
  const top = makeTop(book, edits, exchange);
  const work = makeWork(book, edits);
  const full = makeFull();
  const all = makeAll(book, answers.all, (issue) => {
    edits.chooseIssue(issue);
    goToIssue();
  });
  const bar = makeBar(book);
  const filled = [work.node, full.node, share.node, bar.node];
  let frame = 0;

  function show() {
    cancelAnimationFrame(frame);
    frame = 0;
    const { rows, issue } = plan.state;
    for (const part of filled) part.hidden = rows.length === 0;
    top.show(answers.all(), issue);
    all.show(answers.all());
    share.show(answers.all().length);
    if (!rows.length) {
      share.empty();
      return;
    }
    const told = answers.of(issue);
    work.show(told, edits.shownRows(), plan.state.rater);
    full.show(told);
    bar.show(told);
    notices.whisper(told.short.join(" "));
  }

  function showSoon() {
    frame ||= requestAnimationFrame(show);
  }

  function goToIssue() {
    show();
    top.close();
    work.focus();
  }

  root.append(notices.node, top.node, work.node, full.node, all.node, share.node, bar.node);
  document.body.append(paper.node);
  root.hidden = false;
  keeper.open();
  show();
  plan.listen(showSoon);
  window.addEventListener("resize", showSoon);
  window.addEventListener("hashchange", exchange.takeLink);
  exchange.takeLink();
}

/** What is told of issues, worked out anew only when their rows have changed. */
function makeAnswers(plan, book) {
  const held = new Map();
  let last = { rows: null, all: [] };

  function told(issue, rows) {
    const known = held.get(issue);
    const same =
      known?.rows.length === rows.length && rows.every((row, at) => row === known.rows[at]);
    if (!same) held.set(issue, { rows, answer: answer(rows, book) });
    return held.get(issue).answer;
  }

  function all() {
    const { rows } = plan.state;
    if (rows !== last.rows) {
      last = { rows, all: [...byIssue(rows)].map(([issue, own]) => told(issue, own)) };
    }
    return last.all;
  }

  return { all, of: (issue) => all().find((one) => one.issue === issue) };
}

/** The issues to choose from, and how others come in. */
function makeTop(book, edits, exchange) {
  const adding = makeAdd(book, {
    onNew: edits.addNew,
    onWorked: edits.addWorked,
    onExample: () => exchange.takeText(book.example, "team-ratings.csv", "the example"),
  });
  const panel = el("div", { id: "planner-adding" }, adding.node);
  const add = el(
    "button",
    { type: "button", "aria-controls": "planner-adding", on: { click: () => open(panel.hidden) } },
    "Add an issue",
  );
  const picker = el("input", {
    type: "file",
    hidden: true,
    accept: ".csv,.tsv,.txt,.xlsx,text/csv",
    "aria-label": "File of ratings",
    on: { change: pick },
  });
  const openFile = el(
    "button",
    { type: "button", on: { click: () => picker.click() } },
    "Open a file",
  );
  const chooser = el("select", {
    id: "planner-issue",
    on: { change: () => edits.chooseIssue(chooser.value) },
  });
  const choice = el(
    "div",
    { class: "planner-field planner-choose" },
    el("label", { for: "planner-issue" }, "Issue"),
    chooser,
  );
  let empty = null;

  async function pick() {
    const [file] = picker.files;
    if (file) await exchange.takeFile(file);
    picker.value = "";
  }

  function open(wide) {
    panel.hidden = !wide;
    add.setAttribute("aria-expanded", String(wide));
    if (wide) adding.focus();
  }

  return {
    node: el(
      "div",
      {},
      el(
        "div",
        { class: "planner-top" },
        choice,
        el("div", { class: "planner-buttons" }, add, openFile, picker),
      ),
      panel,
    ),
    close: () => open(false),
    show(told, issue) {
      const none = told.length === 0;
      choice.hidden = none;
      add.hidden = none;
      if (none !== empty) {
        adding.show(told.length);
        panel.hidden = !none;
        add.setAttribute("aria-expanded", "false");
        empty = none;
      }
      const options = [...chooser.options];
      const texts = told.map((one, at) => `${at + 1}. ${one.label}`);
      const same =
        options.length === told.length &&
        told.every((one, at) => options[at].value === one.issue && options[at].text === texts[at]);
      if (!same) {
        fill(
          chooser,
          told.map((one, at) => el("option", { value: one.issue }, texts[at])),
        );
      }
      chooser.value = issue;
    },
  };
}

/** The form on the one side, what follows from it on the other. */
function makeWork(book, edits) {
  const form = makeForm(book, edits);
  const title = el("h2", { class: "planner-title", tabindex: -1 });
  const name = textField("Name of the issue", {}, edits.rename);
  const reading = el(
    "p",
    { class: "planner-notice" },
    "You see how the book reads the literature on this issue: an example, and no rating of " +
      "yours. Move a slider to begin from here, or add a rater to begin anew.",
  );
  const bars = makeBars();
  const short = el("div");
  const figure = makeFigure(
    "issue-map",
    "The issue (◆) among the forms of partnership in delivery. Filled and bold: fits. In a " +
      "square: offered. Being near suggests fit; the five scales decide.",
  );
  const forms = placed(book);
  return {
    node: el(
      "div",
      { class: "planner-work" },
      el(
        "div",
        {},
        title,
        reading,
        form.node,
        el(
          "div",
          { class: "planner-naming" },
          name.node,
          el("button", { type: "button", on: { click: edits.removeIssue } }, "Remove this issue"),
        ),
      ),
      el(
        "div",
        {
          class: "planner-aside",
          id: "planner-result",
          role: "region",
          "aria-label": "At once",
          tabindex: 0,
        },
        short,
        bars.node,
        figure.node,
      ),
    ),
    focus: () => title.focus(),
    show(told, rows, rater) {
      say(title, told.label);
      name.show(told.label);
      reading.hidden = rows[rater].rater !== READING;
      form.show(rows, rater);
      fill(short, answerBox(told));
      bars.show(told.bars);
      const issues = located(told, "this issue", true);
      figure.show({
        forms,
        issues,
        fitting: new Set(told.delivery.fitting),
        offered: new Set(told.delivery.offered),
        title: `Map of forms: ${told.label}`,
        text: issues.length ? told.short[0] : "Too little is rated to place the issue.",
      });
    },
  };
}

/** The plan of the issue in full. */
function makeFull() {
  const title = el("h2", { id: "planner-plan" });
  const place = el("div");
  return {
    node: el("section", { "aria-labelledby": "planner-plan", class: "planner-plan" }, title, place),
    show(told) {
      say(title, `The plan: ${told.label}`);
      showPlan(place, told);
    },
  };
}

/** All issues together, where there are several. */
function makeAll(book, answers, choose) {
  const overview = makeOverview(book, choose);
  const figure = makeFigure(
    "plan-map",
    "The issues by number, as in the table, among the forms of partnership in delivery. Being " +
      "near suggests fit; the five scales decide.",
  );
  const forms = placed(book);
  const node = el(
    "section",
    { "aria-labelledby": "planner-all", class: "planner-plan" },
    el("h2", { id: "planner-all" }, "All issues"),
    overview.node,
    figure.node,
  );
  let timer = 0;

  function drawn() {
    const issues = answers().flatMap((told, at) => located(told, String(at + 1), false));
    figure.show({
      forms,
      issues,
      fitting: new Set(),
      offered: new Set(),
      title: "Map of issues and forms",
      text: `${counted(issues.length, "issue")} by number among ${counted(forms.length, "form")}.`,
    });
  }

  return {
    node,
    show(told) {
      node.hidden = told.length < 2;
      clearTimeout(timer);
      if (node.hidden) return;
      overview.show(told);
      timer = setTimeout(drawn, PAUSE);
    },
  };
}

/** What a phone shows below while a slider moves, until the answer itself is in sight. */
function makeBar(book) {
  const relation = el("strong");
  const fits = el("span");
  const node = el("a", { class: "planner-live", href: "#planner-result" }, relation, fits);
  return {
    node,
    show(told) {
      say(relation, capital(book.words.short[told.relation]));
      say(fits, told.delivery.fitting.length ? told.short[0] : "Too little is rated yet.");
    },
  };
}

/** Return the forms of delivery that may be recommended, at their places on the map. */
function placed(book) {
  return book.inPhase
    .get("delivery")
    .filter((form) => form.recommendable)
    .map((form) => {
      const scores = book.model.scales.map((scale, at) => [scale, form.prototype[at]]);
      return { ...form, ...mapPosition(Object.fromEntries(scores), book) };
    });
}

/** Return an issue as the map takes it; nothing where too little is rated. */
function located({ place }, tag, own) {
  return place && place.x !== null && place.y !== null ? [{ ...place, tag, own }] : [];
}
