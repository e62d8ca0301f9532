/**
 * What a plan says, in plain sentences: those of `partnership/plan_words.py`.
 *
 * Lists of words come from the data block; that the sentences are the same, a test checks, one by
 * one. Every function returns plain text; who shows it must show it as text.
 */

import { fixed, general, grouped } from "./text.js";

const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** Return a number with its noun: `1 rater`, `2 raters`, `2 families`. */
export function counted(count, noun, plural = `${noun}s`) {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** Return a list as in a sentence: `a, b and c`. */
export function listed(items, joint = "and") {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${joint} ${items.at(-1)}`;
}

/** Return a score or weight without needless zeros; `–` where there is none. */
export function number(value) {
  return value === null ? "–" : general(value);
}

/** Return a fit or gap as pages show it; `–` where there is none. */
export function twoPlaces(value) {
  return value === null ? "–" : fixed(value, 2);
}

/** Return a number below ten in letters. */
export function word(count) {
  return NUMBERS[count] ?? String(count);
}

/** Return text that begins with a capital. */
export function capital(text) {
  const [first = "", ...rest] = text;
  return first.toUpperCase() + rest.join("");
}

/** Return the label of a form within a sentence. */
export function named(label) {
  return label[0].toLowerCase() + label.slice(1);
}

/** Return what a score means in the words of its scale. */
export function anchor(score, anchors) {
  if (score === null) return "nobody rated it";
  const [low, high] = [Math.floor(score), Math.ceil(score)];
  return low === high ? anchors[low] : `between “${anchors[low]}” and “${anchors[high]}”`;
}

/** Return how far raters lie apart on a scale. */
export function spread(lowest, highest, raters, book) {
  if (raters === 0) return "no rater";
  if (raters === 1) return "1 rater";
  if (highest - lowest < book.model.tolerance) return `all ${raters} say ${number(lowest)}`;
  return `${raters} raters, ${number(lowest)} to ${number(highest)}`;
}

/** Return which forms fit, best first. */
export function whatFits(labels, fits, book) {
  if (!labels.length) return "Too little is rated to say what fits.";
  if (labels.length === 1) return `One form fits best: ${named(labels[0])}.`;
  const tied = fits.filter((fit) => fits[0] - fit < book.model.tolerance).length;
  const names = labels.map(named);
  const rest = "any of them, or several together, can be right";
  if (tied === labels.length) {
    return `${capital(word(labels.length))} forms fit alike: ${listed(names)}; ${rest}.`;
  }
  const first = capital(listed(names.slice(0, tied)));
  const others = listed(names.slice(tied));
  return `${first} ${tied === 1 ? "fits" : "fit"} best, ${others} almost as well; ${rest}.`;
}

/** Return what is missing where the relation is unknown: a list of sentences. */
export function unknownBecause(scores, offered, weights, book) {
  const { scales, leastScales } = book.model;
  const missing = scales.filter((scale) => scores[scale] === null);
  const rated = scales.filter((scale) => scores[scale] !== null);
  const reasons = [];
  if (rated.length < leastScales) {
    const of = `${capital(word(rated.length))} of the ${word(scales.length)} scales`;
    reasons.push(
      `${of} ${rated.length === 1 ? "is" : "are"} rated, and at least ${word(leastScales)} are ` +
        `needed. Missing: ${listed(missing)}.`,
    );
  } else if (weights !== null && !rated.some((scale) => weights[scale] > 0)) {
    reasons.push("The scales that are rated have no weight.");
  }
  if (!offered) {
    reasons.push("Nobody named what you offer patients and families in this issue today.");
  }
  return reasons;
}

/** Return a form with how many of those who named any named it; one rater goes without. */
export function naming(label, namedBy, raters) {
  return named(label) + (raters > 1 ? ` (named by ${namedBy} of ${raters})` : "");
}

/** Return who says that people go unheard. */
export function unheardBy(namedBy, raters) {
  if (raters === 1) return "So says the one rater who named what is offered.";
  return `So say ${namedBy} of the ${raters} raters who named what is offered.`;
}

/** Return what is offered in delivery; `unheard`: whether going unheard is named as well. */
export function offer(labels, unheard) {
  if (!labels.length) return "";
  const also =
    " That people also go unheard was left out of the comparison. It is worth talking about.";
  return `You offer: ${listed(labels)}.${unheard ? also : ""}`;
}

/**
 * Return what people do already, and whether it has support.
 *
 * @param {string[]} enacted  labels
 * @param {string[]} fitting  those of them that fit
 * @param {string} relation
 * @param {boolean} unsupported
 * @returns {string}
 */
export function enactment(enacted, fitting, relation, unsupported) {
  if (!enacted.length) {
    return (
      "Nobody named anything that patients or families do of their own accord. That may mean " +
      "that it is not seen: ask them."
    );
  }
  const text = `Of their own accord, people already act as ${listed(enacted.map(named))}.`;
  if (relation === "unknown") return `${text} Whether that has support cannot be told yet.`;
  const others = enacted.filter((label) => !fitting.includes(label));
  return text + supported(fitting, others, unsupported) + besides(fitting, others);
}

function supported(fitting, others, unsupported) {
  if (!fitting.length) return "";
  const part = `As ${listed(fitting.map(named))} they take a part that fits`;
  const what = others.length ? part : "That fits";
  if (!unsupported) return ` ${what}, and you offer a form that fits as well.`;
  return (
    ` ${what}, and nothing you offer that fits supports it: the resource is there today and ` +
    "works alone."
  );
}

function besides(fitting, others) {
  if (!others.length) return "";
  const also = fitting.length ? "They also act as" : "As";
  const which = fitting.length ? ", which is" : " they take a part that is";
  return (
    ` ${also} ${listed(others.map(named))}${which} not among those that fit: ask what they see, ` +
    "or make up for, that the ratings do not show."
  );
}

/** Return who is best placed to take part. */
export function placed(who, book) {
  if (!who) return "";
  const words = new Map(Object.entries(book.words.who));
  const names = who.split(";").map((value) => words.get(value) ?? value);
  const differ = names.length > 1 ? " (raters differ)" : "";
  return `Best placed to take part: ${listed(names, "or")}${differ}.`;
}

/**
 * Return who carries the load.
 *
 * @param {?number} highest
 * @param {string[]} anchors  of the burden
 * @param {?string} carriedBy
 * @param {string} reason
 * @returns {string}
 */
export function burden(highest, anchors, carriedBy, reason) {
  if (highest === null) {
    return (
      "Nobody rated the burden. Ask what an active part costs or endangers those who take it " +
      "before you ask more of them."
    );
  }
  const means = Number.isInteger(highest) ? `: ${anchors[highest]}` : "";
  const said = `The highest burden that a rater gave is ${number(highest)}${means}`;
  if (carriedBy === null) {
    return `${said}. That is not heavy, so that no safeguard is called for yet.`;
  }
  return (
    `${said}. So the load is to be carried by ${carriedBy}, since ${reason}. Where people keep ` +
    "silent, that is never a lack of potential."
  );
}

/**
 * Return how many raters there are, and of which groups.
 *
 * @param {Map<string, number>} groups  raters by group
 * @param {number} raters
 * @returns {string}
 */
export function people(groups, raters) {
  const each = [...groups].map(([name, count]) => `${name} ${count}`).join(", ");
  return counted(raters, "rater") + (each && ` (${each})`);
}

/**
 * Return a warning where what is shown of a group can be traced to one or two people.
 *
 * @param {Map<string, number>} groups  raters by group
 * @param {number} raters
 * @param {Object} book
 * @returns {string}
 */
export function few(groups, raters, book) {
  const small = [...groups].filter(([, count]) => count < book.model.few).map(([name]) => name);
  const said = "what one or two people said. Ask them before you pass this page on.";
  if (small.length === 1) {
    return capital(`${small[0]} is a small group: what is shown of it is ${said}`);
  }
  if (small.length) {
    return capital(`${listed(small)} are small groups: what is shown of them is ${said}`);
  }
  const scarce = raters > 0 && raters < book.model.few;
  return scarce ? `There are few raters: what is shown is ${said}` : "";
}
