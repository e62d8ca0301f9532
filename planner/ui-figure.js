/** A map with its caption, and the buttons to take it along. */

import { el, fill, say } from "./ui-dom.js";
import { drawMap } from "./ui-map.js";
import { copyPicture, png, saveFile, svgText } from "./ui-save.js";

const USUAL = 340;
const NO = "This browser does not allow that here. Save the picture instead.";

/**
 * Make a figure.
 *
 * @param {string} file - Name of its files, without ending.
 * @param {string} caption
 * @returns {{node: HTMLElement, show: function(Object): void}} `show` takes what `drawMap` does,
 *   without the width.
 */
export function makeFigure(file, caption) {
  const place = el("div", { class: "planner-map" });
  const said = el("span", { class: "planner-note", role: "status" });
  const drawing = () => place.firstElementChild;

  async function attempt(act, done) {
    try {
      await act();
      say(said, done);
    } catch {
      say(said, NO);
    }
  }

  const saveSvg = () => saveFile(svgText(drawing()), `${file}.svg`, "image/svg+xml");
  const savePng = async () => saveFile(await png(drawing()), `${file}.png`, "image/png");
  const ways = [
    ["Save as SVG", () => attempt(saveSvg, "Saved.")],
    ["Save as PNG", () => attempt(savePng, "Saved.")],
    ["Copy picture", () => attempt(() => copyPicture(drawing()), "Copied.")],
  ];
  return {
    node: el(
      "figure",
      { class: "planner-figure" },
      place,
      el("figcaption", {}, caption),
      el(
        "div",
        { class: "planner-buttons planner-small" },
        ways.map(([name, act]) => el("button", { type: "button", on: { click: act } }, name)),
        said,
      ),
    ),
    show(shown) {
      fill(place, drawMap({ ...shown, width: place.clientWidth || USUAL }));
    },
  };
}
