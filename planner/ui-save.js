/** What leaves the page by the reader's own hand: files, pictures, the clipboard. */

const DENSITY = 3;

/** Let the browser save bytes or text under a name. */
export function saveFile(content, name, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Return a drawing as a file of its own, named for screen readers. */
export function svgText(drawing) {
  const copy = drawing.cloneNode(true);
  const title = document.createElementNS(copy.namespaceURI, "title");
  title.textContent = copy.getAttribute("aria-label");
  copy.removeAttribute("aria-label");
  copy.prepend(title);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

/** Return a drawing as the bytes of a PNG, in print quality. */
export async function png(drawing) {
  const address = URL.createObjectURL(new Blob([svgText(drawing)], { type: "image/svg+xml" }));
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = drawing.width.baseVal.value * DENSITY;
    canvas.height = drawing.height.baseVal.value * DENSITY;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => {
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Put a picture on the clipboard; throws where the browser allows none. */
export function copyPicture(drawing) {
  // The promise goes in unawaited: Safari takes it only within the click.
  return navigator.clipboard.write([new ClipboardItem({ "image/png": png(drawing) })]);
}

/** Put a text on the clipboard; tells whether it worked. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
