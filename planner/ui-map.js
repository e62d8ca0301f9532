/**
 * The map of forms, drawn for the width it is shown at, so that its letters never shrink.
 *
 * Names are placed where they meet neither points nor each other; issues stand at their place, and
 * their tags as near to it as there is room. What a sign means never hangs on its colour.
 */

import { svg } from "./ui-dom.js";

const FONT = "Segoe UI, Roboto, Helvetica, Arial, sans-serif";
const SIZE = 13;
const LINE = 15;
const EDGE = { left: 26, right: 16, top: 14, bottom: 26 };
const RADIUS = 5;
const NARROWEST = 280;
const WIDEST = 560;
/** From so many issues on, names stay where they are. */
const CROWD = 30;
const ROUNDS = 8;
/** What names may cost together where none overlaps anything. */
const GOOD = 400;
/** How far a tag may stand from its place, in pixels. */
const REACHES = [18, 22, 28, 36, 46, 58, 74, 94];
const DIRECTIONS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [0.8, 0.8],
  [-0.8, 0.8],
  [0.8, -0.8],
  [-0.8, -0.8],
];
export const AXES = {
  x: "how far it turns on dealings between people",
  y: "what patients and families bring",
};

let pencil = null;

/** Return the width of a text in pixels. */
function wide(text, bold) {
  pencil ??= document.createElement("canvas").getContext("2d");
  pencil.font = `${bold ? "600 " : ""}${SIZE}px ${FONT}`;
  return pencil.measureText(text).width;
}

/** Return a name in so many lines, none longer than need be; fewer where it has fewer words. */
function lines(label, count) {
  const words = label.split(" ");
  if (count === 1 || words.length === 1) return [label];
  let best = [label];
  for (let cut = 1; cut < words.length; cut += 1) {
    const rest = lines(words.slice(cut).join(" "), count - 1);
    const found = [words.slice(0, cut).join(" "), ...rest];
    if (longest(found) < longest(best)) best = found;
  }
  return best;
}

function longest(texts) {
  return Math.max(...texts.map((text) => text.length));
}

/** Return how much two areas (left, top, right, bottom) overlap. */
function overlap(one, other) {
  const across = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const down = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  return across > 0 && down > 0 ? across * down : 0;
}

function around(x, y, half) {
  return [x - half, y - half, x + half, y + half];
}

/** Return how far an area sticks out of the room between the axes. */
function outside(area, size) {
  return (
    Math.max(0, EDGE.left - 2 - area[0]) +
    Math.max(0, 2 - area[1]) +
    Math.max(0, area[2] - size.width + 2) +
    Math.max(0, area[3] - size.height + EDGE.bottom - 4)
  );
}

/** Return the places where a name could stand beside its point, the preferred first. */
function candidates(spot) {
  const found = [];
  const counts = [2, 1, 3].filter((count) => lines(spot.label, count).length === count);
  for (const count of counts) {
    const text = lines(spot.label, count);
    const width = Math.max(...text.map((line) => wide(line, true)));
    const height = LINE * count;
    for (const gap of [RADIUS + 7, RADIUS + 11, RADIUS + 16]) {
      const [right, left] = [spot.x + gap, spot.x - gap - width];
      const [below, above] = [spot.y + gap, spot.y - gap - height];
      for (const slide of [0.5, 0.2, 0.8, -0.1, 1.1]) {
        const level = spot.y - height * slide;
        const middle = spot.x - width * slide;
        found.push(
          { anchor: "start", left: right, top: level },
          { anchor: "end", left, top: level },
          { anchor: "middle", left: middle, top: below },
          { anchor: "middle", left: middle, top: above },
        );
      }
    }
    found.forEach((place) => {
      place.text ??= text;
      place.width ??= width;
      place.height ??= height;
    });
  }
  return found.map((place, rank) => ({
    ...place,
    rank,
    area: [place.left - 2, place.top, place.left + place.width + 2, place.top + place.height],
  }));
}

/**
 * Choose a place for each name.
 *
 * A name keeps off points, other names and the issues, and keeps nearer to its own point than to
 * any other. It begins from where it stands, so that it moves only where something is in its way;
 * where that does not come out well, all are placed anew.
 */
function placeNames({ spots, choices }, issues, start) {
  const near = issues.map((issue) => around(issue.x, issue.y, RADIUS + 2));
  const now = choices.map((list) =>
    list.map((place) => ({
      ...place,
      price: near.reduce((sum, area) => sum + overlap(place.area, area) * 80, place.price),
    })),
  );
  const preferred = now.map((list) => list[0]);
  const places = [...spots.keys()];
  let best = { price: Infinity };
  for (const first of [start ?? preferred, preferred]) {
    for (const order of [places, [...places].reverse()]) {
      const found = settled(now, first, order);
      if (found.price < best.price) best = found;
      if (best.price < GOOD) return best.names;
    }
  }
  return best.names;
}

/** Return the places for each name, each with what it costs whatever else is on the map. */
function priced(spots, size) {
  return spots.map((spot, own) =>
    candidates(spot).map((place) => ({ ...place, price: price(place, own, spots, size) })),
  );
}

function price(place, own, spots, size) {
  let sum = place.rank * 0.5 + outside(place.area, size) * 400;
  spots.forEach((spot, at) => {
    sum += overlap(place.area, around(spot.x, spot.y, RADIUS + 5)) * 80;
    if (at !== own) sum += overlap(place.area, around(spot.x, spot.y, RADIUS + 11)) * 4;
  });
  return sum;
}

/** Move name after name to where it costs least, until none gains by another place. */
function settled(choices, start, places) {
  const names = start.map((place, own) => choices[own][place.rank]);
  const cost = (place, own) =>
    names.reduce(
      (sum, other, at) => (at === own ? sum : sum + overlap(place.area, other.area) * 100),
      place.price,
    );
  for (let round = 0; round < ROUNDS; round += 1) {
    let moved = false;
    for (const own of places) {
      let least = cost(names[own], own);
      for (const place of choices[own]) {
        const price = cost(place, own);
        if (price < least - 1e-6) [names[own], least, moved] = [place, price, true];
      }
    }
    if (!moved) break;
  }
  return { names, price: names.reduce((sum, place, own) => sum + cost(place, own), 0) };
}

/** Return where a tag goes: as near as nothing else stands; null where there is no room. */
function placeTag(at, width, taken, size) {
  const half = { x: width / 2, y: 10 };
  for (const reach of REACHES) {
    for (const [right, down] of DIRECTIONS) {
      const x = at.x + right * (reach + half.x - 10);
      const y = at.y + down * reach;
      const area = [x - half.x, y - half.y, x + half.x, y + half.y];
      if (!outside(area, size) && !taken.some((other) => overlap(area, other)))
        return { x, y, area };
    }
  }
  return null;
}

const laidOut = new Map();

/** Return forms as points with names, for one width and without issues. */
function layOut(forms, width) {
  const held = laidOut.get(width);
  if (held?.forms === forms) return held.layout;
  const size = { width, height: Math.round(width * (width < 420 ? 1.06 : 0.88)) };
  const at = (place) => ({
    x: EDGE.left + 8 + place.x * (width - EDGE.left - EDGE.right - 8),
    y: size.height - EDGE.bottom - 8 - place.y * (size.height - EDGE.top - EDGE.bottom - 8),
  });
  const spots = forms.map((form) => ({ ...at(form), form: form.form, label: form.label }));
  const layout = { size, at, spots, choices: priced(spots, size) };
  layout.names = placeNames(layout, [], null);
  laidOut.set(width, { forms, layout });
  return layout;
}

/** Return the issues at their places, those at one place under one tag. */
function together(issues, at) {
  const shared = new Map();
  for (const issue of issues) {
    const key = `${issue.x.toFixed(6)} ${issue.y.toFixed(6)}`;
    const held = shared.get(key);
    const tag = held ? `${held.tag}, ${issue.tag}` : issue.tag;
    shared.set(key, { tag, own: issue.own || Boolean(held?.own), ...at(issue) });
  }
  return [...shared.values()];
}

/**
 * Draw the map.
 *
 * @param {Object} options
 * @param {{form: string, label: string, tradition: string, x: number, y: number}[]}
 *   options.forms - Forms of delivery that may be recommended, at their place from 0 to 1.
 * @param {{tag: string, x: number, y: number, own: boolean}[]} options.issues - Issues on the map;
 *   `own` is the one looked at.
 * @param {Set<string>} options.fitting - Forms that fit the issue looked at.
 * @param {Set<string>} options.offered - Forms that are offered in it.
 * @param {number} options.width - Width in pixels.
 * @param {string} options.title - Name of the drawing.
 * @param {string} options.text - What it shows, in words.
 * @returns {SVGElement}
 */
export function drawMap({ forms, issues, fitting, offered, width, title, text }) {
  const wished = Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
  const layout = layOut(forms, wished);
  const { size, at, spots } = layout;
  const places = together(issues, at);
  const crowded = places.length > CROWD;
  const names = crowded ? layout.names : placeNames(layout, places, layout.names);
  const drawn = svg(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${size.width} ${size.height}`,
      width: size.width,
      height: size.height,
      role: "img",
      "aria-label": `${title}. ${text}`,
      "font-family": FONT,
      "font-size": SIZE,
      class: "planner-drawing",
    },
    svg("rect", { width: size.width, height: size.height, fill: "#fff", class: "ground" }),
    frame(size),
  );
  spots.forEach((spot, place) => {
    drawn.append(formSign(spot, forms[place].tradition, fitting, offered));
  });
  spots.forEach((spot, place) => {
    drawn.append(nameOf(names[place], forms[place].tradition, fitting.has(spot.form)));
  });
  drawn.append(...issueSigns(places, spots, names, size));
  return drawn;
}

function frame(size) {
  const low = size.height - EDGE.bottom;
  const right = size.width - EDGE.right;
  const ink = { fill: "#5a6067", class: "muted", "font-size": 12 };
  const upright = `rotate(-90 14 ${(EDGE.top + low) / 2})`;
  return svg(
    "g",
    { "aria-hidden": "true" },
    svg("path", {
      d: `M${EDGE.left - 6} ${EDGE.top - 8}V${low + 4}H${right + 10}`,
      stroke: "#9aa1a8",
      fill: "none",
      class: "rule",
    }),
    svg("text", { ...ink, x: EDGE.left, y: size.height - 6 }, "low"),
    svg("text", { ...ink, x: right + 8, y: size.height - 6, "text-anchor": "end" }, "high"),
    svg(
      "text",
      { ...ink, x: (EDGE.left + right) / 2, y: size.height - 6, "text-anchor": "middle" },
      size.width < 330 ? "dealings between people" : AXES.x,
    ),
    svg(
      "text",
      { ...ink, x: 14, y: (EDGE.top + low) / 2, "text-anchor": "middle", transform: upright },
      AXES.y,
    ),
  );
}

const FILL = { pam: "#0b4f8a", sm: "#e07b00", none: "#5a6067" };
const TEXT = { pam: "#0b4f8a", sm: "#a35300", none: "#5a6067" };

/** A form: a ring, filled where it fits; in a square where it is offered. */
function formSign(spot, tradition, fitting, offered) {
  const fits = fitting.has(spot.form);
  const half = RADIUS + 4;
  return svg(
    "g",
    { "aria-hidden": "true", "data-form": spot.form },
    offered.has(spot.form)
      ? svg("rect", {
          x: spot.x - half,
          y: spot.y - half,
          width: 2 * half,
          height: 2 * half,
          fill: "none",
          stroke: "#22262b",
          "stroke-width": 1.6,
          class: "ink-line",
        })
      : null,
    svg("circle", {
      cx: spot.x,
      cy: spot.y,
      r: fits ? RADIUS + 1 : RADIUS - 1,
      fill: fits ? FILL[tradition] : "#fff",
      stroke: FILL[tradition],
      "stroke-width": 2,
      class: `${tradition} ${fits ? "fits" : "other"}`,
    }),
  );
}

function nameOf(place, tradition, fits) {
  const x = { start: 0, middle: place.width / 2, end: place.width }[place.anchor] + place.left;
  return svg(
    "text",
    {
      "text-anchor": place.anchor,
      fill: fits ? TEXT[tradition] : "#4d535a",
      "font-weight": fits ? 600 : 400,
      class: `name ${tradition} ${fits ? "fits" : "other"}`,
      "aria-hidden": "true",
    },
    place.text.map((line, row) => svg("tspan", { x, y: place.top + LINE * (row + 1) - 4 }, line)),
  );
}

/** The issues, and their tags with a line to each. */
function issueSigns(places, spots, names, size) {
  const taken = [
    ...names.map((place) => place.area),
    ...spots.map((spot) => around(spot.x, spot.y, RADIUS + 5)),
    ...places.map((place) => around(place.x, place.y, RADIUS + 2)),
  ];
  return places.map((place) => {
    const width = wide(place.tag, true) + 12;
    const tag = placeTag(place, width, taken, size);
    if (tag) taken.push(tag.area);
    return issueSign(place, tag, width);
  });
}

function issueSign(place, tag, width) {
  const ink = place.own ? "#22262b" : "#4d535a";
  const line = { d: tag ? `M${place.x} ${place.y}L${tag.x} ${tag.y}` : "M0 0" };
  return svg(
    "g",
    { "aria-hidden": "true", class: place.own ? "issue own" : "issue" },
    svg("path", { ...line, stroke: ink, "stroke-width": 1.2, class: "ink-line" }),
    svg("path", {
      d: `M${place.x} ${place.y - 6}l6 6l-6 6l-6 -6z`,
      fill: ink,
      stroke: "#fff",
      "stroke-width": 1.5,
      class: "ink",
    }),
    tag && tagOf(place.tag, tag, width, ink),
  );
}

function tagOf(text, tag, width, ink) {
  const box = { x: tag.x - width / 2, y: tag.y - 10, width, height: 20, rx: 5 };
  const at = { x: tag.x, y: tag.y + 4.5, "text-anchor": "middle" };
  return [
    svg("rect", { ...box, fill: ink, stroke: "#fff", class: "ink" }),
    svg("text", { ...at, fill: "#fff", "font-weight": 600, class: "ground-text" }, text),
  ];
}
