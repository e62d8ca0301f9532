/**
 * What the page tells of an issue, in the order and the words of the command line's page.
 *
 * The parts are those of `partnership/plan_page.py`. What it takes from thousands of draws is left
 * to the command line: a page that answers while a slider moves does not draw.
 */

import { mapPosition, plan } from "./model.js";
import { byIssue, isScore } from "./raters.js";
import * as words from "./words.js";

/** Return rows of the plan as the model takes them. */
export function inputs(rows, book) {
  const ratings = [];
  const named = [];
  for (const [issue, own] of byIssue(rows)) {
    const label = labelOf(own, book);
    own.forEach((row, place) => {
      // Blank raters are raters of their own, here as in a file.
      const person = { issue, rater: row.rater || `(row ${place})`, group: row.group || null };
      const scores = book.model.rated.map((scale) => [scale, row.scores[scale] ?? null]);
      ratings.push({ ...person, label, ...Object.fromEntries(scores), who: row.who || null });
      for (const layer of book.model.layers) {
        for (const form of row[layer]) {
          named.push({ ...person, phase: book.form.get(form).phase, layer, form });
        }
      }
    });
  }
  return { ratings, named };
}

/** Return what an issue is called: by the team, else by the book, else as in the file. */
export function labelOf(rows, book) {
  const [first] = rows;
  const own = rows.find((row) => row.label)?.label;
  return own ?? book.issue.get(first.issue)?.label ?? first.issue;
}

/**
 * Return all that is told of an issue.
 *
 * @param {Object[]} rows - Its rows.
 * @param {Object} book
 * @returns {Object}
 */
export function answer(rows, book) {
  const { ratings, named } = inputs(rows, book);
  const found = plan(ratings, named, book);
  const [scores] = found.scores;
  const [delivery, ...others] = found.table;
  const known = { found, scores, delivery, book, groups: found.groups };
  const label = (form) => book.form.get(form).label;
  return {
    issue: scores.issue,
    label: scores.label,
    relation: delivery.relation,
    short: inShort(delivery, label, book),
    compared: compared(known, label),
    scales: scales(known),
    bars: bars(known),
    fitting: fitting(known),
    enacted: words.enactment(
      delivery.enacted.map(label),
      delivery.enacted_fitting.map(label),
      delivery.relation,
      delivery.unsupported === true,
    ),
    strategies: strategies(known),
    phases: others.map((row) => ({
      name: row.phase,
      fitting: row.fitting.map((form) => [label(form), book.form.get(form).staff]),
      offered: row.offered.map((form) => words.named(label(form))),
      enacted: row.enacted.map((form) => words.named(label(form))),
    })),
    burden: load(known),
    placed: words.placed(scores.who, book),
    heavy: isScore(scores.burden) && scores.burden >= book.model.burdened,
    sureness: sureness(known),
    place: scores.scales_rated >= book.model.leastScales ? mapPosition(scores, book) : null,
    delivery,
    scores,
  };
}

/** The answer in up to three sentences. */
function inShort(delivery, label, book) {
  const said = [];
  const named = (forms) => forms.map((form) => words.named(label(form)));
  if (delivery.fitting.length) {
    said.push(`What fits: ${words.listed(named(delivery.fitting), "or")}.`);
  }
  said.push(`${book.words.relations[delivery.relation][0]}.`);
  if (delivery.unsupported) {
    const does = words.listed(named(delivery.enacted_fitting));
    said.push(`People already act as ${does}, without support.`);
  }
  return said;
}

function compared({ found, scores, delivery, book }, label) {
  const { relation, offered } = delivery;
  const [heading, sentence] = book.words.relations[relation];
  const lines = sentence ? [sentence] : [];
  if (relation === "unknown") {
    lines.push(...words.unknownBecause(scores, offered.length > 0, null, book));
  }
  const alone = offered.length === 1 && offered[0] === book.model.unheard;
  const rows = found.practice.filter((row) => row.layer === "offered" && row.phase === "delivery");
  const labels = rows
    .filter((row) => alone || row.form !== book.model.unheard)
    .map((row) => words.naming(label(row.form), row.named_by, row.raters));
  if (alone && relation === "unheard") {
    lines.unshift(words.unheardBy(rows[0].named_by, rows[0].raters));
  } else if (offered.length) {
    lines.unshift(words.offer(labels, offered.includes(book.model.unheard) && !alone));
  }
  if (delivery.gap !== null && relation !== "fits") {
    lines.push(
      `Fit of the best form: ${words.twoPlaces(delivery.best_fit)}; of what you offer: ` +
        `${words.twoPlaces(delivery.offered_fit)}; gap ${words.twoPlaces(delivery.gap)}.`,
    );
  }
  const called = ["untapped", "misfit", "overreach"].includes(relation) ? ` (${relation})` : "";
  return { heading: heading + called, text: lines.join(" ") };
}

/** The character of the issue, scale by scale. */
function scales({ found, scores, delivery, book, groups }) {
  const spread = new Map(found.spread.map((row) => [row.scale, row]));
  const best = delivery.fitting.length ? book.form.get(delivery.fitting[0]) : null;
  return book.model.rated.map((name) => {
    const told = spread.get(name);
    const known = groups.filter((group) => isScore(group[name]));
    const values = known.map((group) => group[name]);
    const apart =
      known.length > 1 &&
      Math.max(...values) - Math.min(...values) >= book.model.step - book.model.tolerance;
    const scale = book.scale.get(name);
    const score = scores[name];
    const place = book.model.scales.indexOf(name);
    return {
      name,
      asks: scale.brief,
      score: words.number(score),
      words: words.anchor(score, scale.anchors),
      spread: told
        ? words.spread(told.lowest, told.highest, told.raters, book)
        : words.spread(0, 0, 0, book),
      groups: apart
        ? known.map((group) => `${group.group} ${words.number(group[name])}`).join(", ")
        : "",
      strip: isScore(score)
        ? {
            score,
            low: told.lowest,
            high: told.highest,
            madeFor: best && place >= 0 ? best.prototype[place] : null,
            top: book.model.top,
          }
        : null,
    };
  });
}

/** The fit of every form of delivery that may be recommended, in the book's order. */
function bars({ found, delivery, book }) {
  const values = found.fits.get(delivery.issue);
  return book.inPhase
    .get("delivery")
    .filter((form) => form.recommendable)
    .map((form) => ({
      form: form.form,
      label: form.label,
      fit: values.get(form.form),
      fits: delivery.fitting.includes(form.form),
      offered: delivery.offered.includes(form.form),
      enacted: delivery.enacted.includes(form.form),
    }));
}

function fitting({ found, delivery, book }) {
  const values = found.fits.get(delivery.issue);
  const rows = delivery.fitting.map((name) => {
    const form = book.form.get(name);
    const fit = words.twoPlaces(values.get(name));
    return { label: form.label, people: form.people, staff: form.staff, fit };
  });
  const text = words.whatFits(
    rows.map((row) => row.label),
    delivery.fitting.map((name) => values.get(name)),
    book,
  );
  return { rows, text };
}

function load({ scores, delivery, book }) {
  const row = book.safeguards.find((row) => row.carried_by === delivery.carried_by);
  const { anchors } = book.scale.get("burden");
  return words.burden(scores.burden, anchors, delivery.carried_by, row?.reason ?? "");
}

/**
 * The strategies that serve the issue, and the signs to look for.
 *
 * An issue of the book has its own, documented ones first. Any other has those to which a fitting
 * form that asks something of people makes room, marked as general. Hidden ones are respected:
 * counted, not named.
 */
function strategies({ delivery, book }) {
  const { rooms, issues } = book.places;
  const own = issues
    .filter(([, issue]) => issue === delivery.issue)
    .sort(([, , one], [, , other]) => (one < other ? -1 : Number(one > other)));
  const general = own.length === 0;
  const ids = general ? makingRoom(delivery, book) : own.map(([id]) => id);
  const all = ids.map((id) => book.strategy.get(id));
  const rest = all.filter((strategy) => !strategy.sign);
  const open = rest.filter((strategy) => !strategy.hidden);
  const why = (id, form) => rooms.find((room) => room[0] === id && room[1] === form)?.[2];
  const rows = open.map(({ id, name, who, risk, cautions }) => {
    const room = delivery.fitting.map((form) => why(id, form)).find(Boolean) ?? "";
    const [, , basis = "", keys = []] = own.find(([other]) => other === id) ?? [];
    return { name, who, risk, cautions, room, basis, works: keys.map((key) => book.works[key]) };
  });
  const signs = all.filter((strategy) => strategy.sign).map(({ id }) => id);
  return {
    general,
    rows,
    open: book.model.shown,
    printed: book.model.printed - Math.min(Math.floor(delivery.fitting.length / 2), 2),
    hidden: rest.length - open.length,
    signs: (signs.length ? signs : book.model.signs).map((id) => [
      book.strategy.get(id).name,
      rooms.find((room) => room[0] === id)[2],
    ]),
  };
}

/** Return the strategies to which the forms that fit make room, those of the best form first. */
function makingRoom(delivery, book) {
  const asking = delivery.fitting.filter((form) => book.form.get(form).activity > 0);
  const found = asking.flatMap((form) => book.places.rooms.filter((room) => room[1] === form));
  return [...new Set(found.map(([id]) => id))];
}

/** Who says so, and where the groups would say something else. */
function sureness({ scores, delivery, groups, book }) {
  const sizes = new Map(groups.map((group) => [group.group, group.raters]));
  const alike = groups.every((group) => group.relation === delivery.relation);
  return {
    people: words.people(sizes, scores.raters),
    one: scores.raters === 1,
    groups: groups.length > 1 ? groups.map((group) => [group.group, group.relation]) : [],
    alike,
    warning: words.few(sizes, scores.raters, book),
  };
}
