/**
 * A plan in the address of this page, behind the `#`, which browsers send to nobody.
 *
 * What travels is the very file that the plan is saved as, packed; whoever opens a link reads it as
 * strictly as a file. A link made to do harm meets the limits before it is unpacked.
 */

/** Characters that a link may have: longer ones are cut by programs for mail and chat. */
export const LONGEST = 8000;
const MOST_TEXT = 1_000_000;
const NAME = "plan";
const PACKED = "1z";
const PLAIN = "1t";

/**
 * Return the link that holds a plan.
 *
 * @param {string} csv - The plan's ratings as a file.
 * @param {string} page - Address of the page; what is behind its `#` is left out.
 * @returns {Promise<{link: string, length: number, fits: boolean}>}
 */
export async function write(csv, page) {
  const bytes = new TextEncoder().encode(csv.replace(/^\ufeff/, ""));
  const packed = "CompressionStream" in globalThis ? await squeezed(bytes) : null;
  const [kind, held] = packed && packed.length < bytes.length ? [PACKED, packed] : [PLAIN, bytes];
  const link = `${page.split("#")[0]}#${NAME}=${kind}.${toText(held)}`;
  return { link, length: link.length, fits: link.length <= LONGEST };
}

/** Tell whether an address' fragment holds a plan, sound or not. */
export function holds(fragment) {
  return fragment.startsWith(`#${NAME}=`);
}

/**
 * Return the file that a link's fragment holds.
 *
 * @param {string} fragment - With its `#`.
 * @returns {Promise<string>}
 * @throws {LinkError} With a sentence for the reader, if it holds none.
 */
export async function read(fragment) {
  const found = fragment.slice(NAME.length + 2);
  if (found.length > LONGEST) {
    throw new LinkError(
      "The link is longer than any that this page makes. Ask for the file instead.",
    );
  }
  const [, kind, text] = /^(1[zt])\.([A-Za-z0-9_-]+)$/.exec(found) ?? [];
  if (!kind) {
    const newer = /^[0-9]{1,4}[a-z]\./.test(found) && !found.startsWith("1");
    throw new LinkError(
      newer
        ? "The link was made by a newer version of this page. Ask for the file instead."
        : "The link is damaged: perhaps only a part of it was copied. Ask for it again.",
    );
  }
  try {
    const bytes = fromText(text);
    const whole = kind === PACKED ? await unpacked(bytes) : bytes;
    return new TextDecoder("utf-8", { fatal: true }).decode(whole);
  } catch (error) {
    if (error instanceof TooMuch) {
      throw new LinkError("The link unpacks to more than a plan can hold, and was not opened.");
    }
    throw new LinkError(
      kind === PACKED && !("DecompressionStream" in globalThis)
        ? "This browser is too old to unpack the link. Ask for the file instead."
        : "The link is damaged: perhaps only a part of it was copied. Ask for it again.",
    );
  }
}

/** A link that holds no plan; its message is for the reader. */
export class LinkError extends Error {}

class TooMuch extends Error {}

async function squeezed(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Unpack bit by bit, and stop where it becomes too much. */
async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_TEXT) {
      await reader.cancel();
      throw new TooMuch();
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function toText(bytes) {
  let signs = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    signs += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromText(text) {
  const signs = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(signs, (sign) => sign.charCodeAt(0));
}
