/**
 * What a rater says of an issue: sliders for the scales, ticks for the forms.
 *
 * The controls are made once and then only told what to show, so that no one loses the place.
 */

import { el, fill, fresh, say, textField } from "./ui-dom.js";
import { raterName, READING } from "./ui-state.js";
import { anchor, capital, listed, number } from "./words.js";

const STEP = 0.5;
const BURDEN = "burden";
const GROUPS = ["patients", "families", "staff"];

/**
 * Make the form.
 *
 * @param {Object} book
 * @param {Object} edits - What `makeEdits` gives.
 * @returns {{node: HTMLElement, show: function(Object[], number): void}} `show` takes the rows of
 *   an issue and the place of the one to show.
 */
export function makeForm(book, edits) {
  const raters = makeRaters(edits);
  const scales = book.scales.map((scale) => makeScale(scale, book.model.top, edits));
  const practice = makePractice(book, edits);
  const who = makeWho(book, edits);
  const character = scales.filter((scale) => scale.name !== BURDEN).map((scale) => scale.node);
  const node = el(
    "div",
    { class: "planner-form" },
    raters.node,
    el(
      "fieldset",
      {},
      el("legend", {}, "The character of this issue"),
      el(
        "p",
        { class: "planner-hint" },
        "Move a slider, and leave it where you do not know. At least " +
          `${book.model.leastScales} of these ${character.length} must be rated.`,
      ),
      character,
    ),
    el(
      "fieldset",
      {},
      el("legend", {}, "The load, and who carries it"),
      scales.filter((scale) => scale.name === BURDEN).map((scale) => scale.node),
      who.node,
    ),
    practice.node,
  );
  return {
    node,
    show(rows, at) {
      raters.show(rows, at);
      for (const part of [...scales, practice, who]) part.show(rows[at]);
    },
  };
}

// --- raters -------------------------------------------------------------------------------------

function makeRaters(edits) {
  const radios = fresh("rater");
  const tabs = el("div", { class: "planner-raters" });
  const groups = el("datalist", { id: fresh("groups") });
  const code = textField("Code, no name", {}, (text) => edits.nameRater({ code: text }));
  const group = textField("Group", { list: groups.id }, (text) => edits.nameRater({ group: text }));
  const about = el("summary");
  const remove = button("Remove this rater", edits.removeRater);
  const more = el(
    "details",
    { class: "planner-more" },
    about,
    el("div", { class: "planner-fields" }, code.node, group.node, groups, remove),
  );
  let shown = "";

  function tab(row, place, at) {
    const choose = () => edits.chooseRater(place);
    return el(
      "label",
      { class: "planner-chip" },
      el("input", { type: "radio", name: radios, checked: place === at, on: { change: choose } }),
      el(
        "span",
        {},
        el("bdi", {}, raterName(row, place)),
        row.group ? [" · ", el("bdi", {}, row.group)] : null,
      ),
    );
  }

  function showTabs(rows, at) {
    const now = JSON.stringify([at, rows.map((row) => [row.rater, row.group])]);
    if (now === shown) return;
    shown = now;
    const held = tabs.contains(document.activeElement);
    fill(tabs, rows.length > 1 ? rows.map((row, place) => tab(row, place, at)) : []);
    if (held) tabs.querySelector("input:checked").focus();
    const known = new Set([...GROUPS, ...rows.map((row) => row.group).filter(Boolean)]);
    fill(
      groups,
      [...known].map((name) => el("option", { value: name })),
    );
  }

  return {
    node: el(
      "fieldset",
      {},
      el("legend", {}, "Who rates"),
      tabs,
      more,
      el("div", { class: "planner-buttons" }, button("Add a rater", edits.addRater)),
    ),
    show(rows, at) {
      showTabs(rows, at);
      const { rater, group: of } = rows[at];
      fill(about, "Code and group of ", el("bdi", {}, raterName(rows[at], at)));
      code.show(rater);
      group.show(of);
      more.hidden = rater === READING;
      remove.hidden = rows.length < 2;
    },
  };
}

function button(name, act) {
  return el("button", { type: "button", on: { click: () => act() } }, name);
}

// --- scales -------------------------------------------------------------------------------------

function makeScale(scale, top, edits) {
  const id = fresh(scale.scale);
  const said = el("span", { class: "planner-anchor" });
  const shown = el("output", { class: "planner-score", for: id });
  const clear = el(
    "button",
    { type: "button", class: "planner-clear", on: { click: () => give(null, true) } },
    "Clear",
    el("span", { class: "planner-unseen" }, ` ${scale.scale}`),
  );
  const slider = el("input", {
    id,
    type: "range",
    min: 0,
    max: top,
    step: STEP,
    value: String(top / 2),
    "aria-describedby": `${id}-asks`,
    on: {
      input: () => give(Number(slider.value)),
      // A tap on the knob where it stands is an answer too.
      pointerup: () => give(Number(slider.value)),
      keydown: (event) => {
        if (["Delete", "Backspace"].includes(event.key)) give(null);
        else if (["Enter", " "].includes(event.key)) give(Number(slider.value));
        else if (/^[0-9]$/.test(event.key) && Number(event.key) <= top) give(Number(event.key));
        else return;
        event.preventDefault();
      },
    },
  });
  let score = null;
  function give(value, back = false) {
    if (value !== score) {
      score = value;
      // At once, since the next key may come before the page is drawn anew.
      display();
      edits.changeRow({ scores: { [scale.scale]: value } });
    }
    if (back) slider.focus();
  }
  const node = el(
    "div",
    { class: "planner-scale" },
    el(
      "div",
      { class: "planner-scale-head" },
      el("label", { for: id }, capital(scale.scale)),
      shown,
      clear,
    ),
    el("p", { id: `${id}-asks`, class: "planner-asks" }, capital(scale.question)),
    slider,
    el(
      "div",
      { class: "planner-ticks", "aria-hidden": "true" },
      Array.from({ length: top + 1 }, (_, level) => el("span", {}, String(level))),
    ),
    el("p", { class: "planner-words", "aria-hidden": "true" }, said),
    el(
      "details",
      { class: "planner-anchors" },
      el(
        "summary",
        {},
        "All anchors",
        el("span", { class: "planner-unseen" }, ` of ${scale.scale}`),
      ),
      el(
        "ol",
        { start: 0 },
        scale.anchors.map((anchor) => el("li", {}, anchor)),
      ),
    ),
  );
  function display() {
    const rated = score !== null;
    const at = String(score ?? top / 2);
    if (slider.value !== at) slider.value = at;
    node.classList.toggle("planner-unrated", !rated);
    clear.hidden = !rated;
    const means = rated ? anchor(score, scale.anchors) : "not rated";
    say(said, capital(means));
    say(shown, number(score));
    slider.setAttribute("aria-valuetext", rated ? `${number(score)}: ${means}` : means);
  }
  return {
    node,
    name: scale.scale,
    show(row) {
      score = row.scores[scale.scale] ?? null;
      display();
    },
  };
}

// --- forms offered and enacted ------------------------------------------------------------------

const LAYERS = { offered: "You offer it", enacted: "People do it already" };
const COLUMNS = ["Form of partnership", ...Object.values(LAYERS)];

function makePractice(book, edits) {
  const [first, ...others] = book.model.phases;
  const boxes = [];

  function box(form, layer) {
    const input = el("input", {
      type: "checkbox",
      "aria-label": `${form.label}: ${LAYERS[layer].toLowerCase()}`,
      on: {
        change: () =>
          edits.changeRow({ forms: { [layer]: { form: form.form, on: input.checked } } }),
      },
    });
    const label = el("label", {}, input);
    boxes.push({ input, label, form, layer });
    return el("td", {}, label);
  }

  function table(phase, caption) {
    return el(
      "table",
      { class: "planner-practice" },
      el("caption", {}, caption),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          COLUMNS.map((name) => el("th", { scope: "col" }, name)),
        ),
      ),
      el(
        "tbody",
        {},
        book.inPhase.get(phase).map((form) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, form.label, el("small", {}, form.people)),
            Object.keys(LAYERS).map((layer) => box(form, layer)),
          ),
        ),
      ),
    );
  }

  return {
    node: el(
      "fieldset",
      {},
      el("legend", {}, "What is there today"),
      el(
        "p",
        { class: "planner-hint" },
        "Tick what your service offers patients and families, and what they do of their own " +
          "accord, asked or not.",
      ),
      table(first, "Where care is given"),
      el(
        "details",
        { class: "planner-more" },
        el("summary", {}, `Beyond ${first}: ${listed(others)}`),
        others.map((phase) => table(phase, capital(phase))),
      ),
    ),
    show(row) {
      for (const { input, label, form, layer } of boxes) {
        const on = row[layer].includes(form.form);
        if (input.checked !== on) input.checked = on;
        // Nobody takes "no part" of their own accord; a file may say so all the same.
        label.hidden = layer === "enacted" && !form.recommendable && !on;
      }
    },
  };
}

function makeWho(book, edits) {
  const name = fresh("who");
  const ways = [...book.model.who.map((who) => [who, book.words.who[who]]), ["", "not said"]];
  const radios = ways.map(([value]) =>
    el("input", {
      type: "radio",
      name,
      value,
      on: { change: () => edits.changeRow({ who: value }) },
    }),
  );
  return {
    node: el(
      "fieldset",
      { class: "planner-inner" },
      el("legend", {}, "Best placed to take part"),
      el(
        "div",
        { class: "planner-raters" },
        ways.map(([, text], place) =>
          el("label", { class: "planner-chip" }, radios[place], el("span", {}, text)),
        ),
      ),
    ),
    show(row) {
      for (const radio of radios) radio.checked = radio.value === row.who;
    },
  };
}
