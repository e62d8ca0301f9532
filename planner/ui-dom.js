/**
 * Elements made without a word of HTML: text becomes text, whatever stands in it.
 */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["checked", "disabled", "hidden", "open", "selected", "value"]);

/**
 * Make an element.
 *
 * @param {string} name - Name of the element.
 * @param {Object} [given] - Attributes; `on` holds listeners by event; a value of `null`,
 *   `undefined` or `false` leaves the attribute out.
 * @param {...(Node|string|number|null|Array)} children - Nodes, or text.
 * @returns {HTMLElement}
 */
export function el(name, given = {}, ...children) {
  return furnished(document.createElement(name), given, children);
}

/**
 * Make an element of a drawing; see `el`.
 *
 * @returns {SVGElement}
 */
export function svg(name, given = {}, ...children) {
  return furnished(document.createElementNS(SVG, name), given, children);
}

function furnished(node, given, children) {
  for (const [name, value] of Object.entries(given)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (PROPERTIES.has(name)) {
      node[name] = value;
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** Put other children into a node. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== null));
  return node;
}

/** Change a text only where it differs, so that nothing is announced or painted in vain. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

let made = 0;

/** Return an identifier that no other element of the page has. */
export function fresh(name) {
  made += 1;
  return `planner-${name}-${made}`;
}

/**
 * Make a line of text with its label; it tells what was typed, and shows what then holds.
 *
 * @param {string} label
 * @param {Object} given - Attributes beyond the usual ones.
 * @param {function(string): void} onChange
 * @returns {{node: HTMLElement, show: function(string): void}}
 */
export function textField(label, given, onChange) {
  let holds = "";
  const input = el("input", {
    id: fresh("field"),
    type: "text",
    maxlength: LONGEST,
    autocomplete: "off",
    ...given,
    on: {
      change: () => onChange(input.value),
      // What was refused gives way to what holds.
      blur: () => {
        input.value = holds;
      },
    },
  });
  return {
    node: el("div", { class: "planner-field" }, el("label", { for: input.id }, label), input),
    show(text) {
      holds = text;
      if (document.activeElement !== input && input.value !== text) input.value = text;
    },
  };
}

/** Letters that a name may have when it is typed here. */
export const LONGEST = 120;
