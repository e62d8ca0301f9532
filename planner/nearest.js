/**
 * Which of some words a text was most likely meant to be.
 *
 * The Python asks `difflib.get_close_matches`; this is its measure, so that both guess alike.
 */

import { compareText, strip } from "./text.js";

/** How alike, from 0 to 1, two texts must be. */
const ALIKE = 0.6;
/** From this length on, signs that are very common in a text are not looked at. */
const LONG = 200;

/**
 * Return the option that a text was most likely meant to be, null where none comes near.
 *
 * @param {string} text
 * @param {Iterable<string>} options
 * @returns {?string}
 */
export function nearest(text, options) {
  const sought = [...strip(text).toLowerCase()];
  const lower = new Map([...options].map((option) => [option.toLowerCase(), option]));
  const places = whereSigns(sought);
  let found = null;
  for (const option of lower.keys()) {
    const signs = [...option];
    if (alikeAtMost(signs, sought) < ALIKE) continue;
    const alike = ratio(matching(signs, sought, places), signs, sought);
    if (alike >= ALIKE && isBetter({ alike, option }, found)) found = { alike, option };
  }
  return found === null ? null : lower.get(found.option);
}

/** Tell whether a guess is better than one before; of two as good, the later in the alphabet. */
function isBetter(guess, before) {
  if (before === null || guess.alike !== before.alike) return !(guess.alike < before?.alike);
  return compareText(guess.option, before.option) > 0;
}

/** Return twice the signs that match as a share of all. */
function ratio(matches, one, other) {
  const all = one.length + other.length;
  return all ? (2 * matches) / all : 1;
}

/** Return a bound that is soon found: the signs that both have, in whatever order. */
function alikeAtMost(one, other) {
  const shortest = ratio(Math.min(one.length, other.length), one, other);
  if (shortest < ALIKE) return shortest;
  const left = new Map();
  for (const sign of other) left.set(sign, (left.get(sign) ?? 0) + 1);
  let matches = 0;
  for (const sign of one) {
    const count = left.get(sign) ?? 0;
    if (count > 0) matches += 1;
    left.set(sign, count - 1);
  }
  return ratio(matches, one, other);
}

/** Return where each sign stands in a text; in a long text without those that are very common. */
function whereSigns(signs) {
  const places = new Map();
  signs.forEach((sign, place) => {
    if (places.has(sign)) places.get(sign).push(place);
    else places.set(sign, [place]);
  });
  if (signs.length >= LONG) {
    const most = Math.floor(signs.length / 100) + 1;
    for (const [sign, known] of places) if (known.length > most) places.delete(sign);
  }
  return places;
}

/** Return how many signs lie in blocks that both texts have, the longest block first. */
function matching(one, other, places) {
  const open = [[0, one.length, 0, other.length]];
  let matches = 0;
  while (open.length) {
    const within = open.pop();
    const [from, to, otherFrom, otherTo] = within;
    const [start, otherStart, size] = longest(one, other, places, within);
    if (!size) continue;
    matches += size;
    open.push([from, start, otherFrom, otherStart]);
    open.push([start + size, to, otherStart + size, otherTo]);
  }
  return matches;
}

/** Return the longest block that both texts have within bounds: its places and its size. */
function longest(one, other, places, [from, to, otherFrom, otherTo]) {
  let [start, otherStart, size] = [from, otherFrom, 0];
  let ending = new Map();
  for (let place = from; place < to; place += 1) {
    const next = new Map();
    for (const at of places.get(one[place]) ?? []) {
      if (at < otherFrom) continue;
      if (at >= otherTo) break;
      const reached = (ending.get(at - 1) ?? 0) + 1;
      next.set(at, reached);
      if (reached <= size) continue;
      [start, otherStart, size] = [place - reached + 1, at - reached + 1, reached];
    }
    ending = next;
  }
  // Common signs, which were left out, may make it longer at both ends.
  while (start > from && otherStart > otherFrom && one[start - 1] === other[otherStart - 1]) {
    [start, otherStart, size] = [start - 1, otherStart - 1, size + 1];
  }
  while (
    start + size < to &&
    otherStart + size < otherTo &&
    one[start + size] === other[otherStart + size]
  ) {
    size += 1;
  }
  return [start, otherStart, size];
}
