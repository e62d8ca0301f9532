/**
 * Measure the built site as a reader's phone would meet it: Lighthouse and axe-core, page by page.
 *
 * Usage: node tools/audit.mjs [--runs N] [--site FOLDER] [PAGE ...]
 *
 * Serves the site from this machine, compressed and under a sub-path, as a static host would.
 * PAGE is a path within the site (all pages when none is named). Lighthouse runs N times a page
 * (5 unless told) and the median counts; axe-core runs in light and dark at each of WIDTHS.
 * Exit code 1 if a page misses what is asked of it, 2 if nothing could be measured.
 */

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join, normalize, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const SUBPATH = "/book/";
const WIDTHS = [320, 1280];
const SCHEMES = ["light", "dark"];
const ASKED = { performance: 95, accessibility: 100, "best-practices": 100, seo: 100 };
const MOST_BYTES = 600_000;
const MOST_REQUESTS = 25;
/** Pages that are not for search engines, so that Lighthouse's SEO does not apply to them. */
const NOT_INDEXED = ["404.html", "search.html", "genindex.html"];

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml",
};
const COMPRESSED = [".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"];

/** Return the Chromium or Chrome of this machine, or stop with a sentence that says what to do. */
function chromium() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const named = process.env.BOOK_CHROMIUM;
  for (const name of named ? [named] : names) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // Not this one.
    }
  }
  const mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
  if (!named && existsSync(mac)) return mac;
  console.error(
    "No Chromium or Chrome was found; install one (on Debian or Ubuntu: apt install chromium) " +
      "or name it in BOOK_CHROMIUM.",
  );
  process.exit(2);
}

/** Serve a folder on this machine, compressed; return the server once it listens. */
function serve(folder) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    let file = normalize(join(folder, path.slice(SUBPATH.length)));
    const inside = path.startsWith(SUBPATH) && (file + sep).startsWith(folder + sep);
    if (inside && existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    if (!inside || !existsSync(file)) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found");
      return;
    }
    const ending = extname(file);
    const head = {
      "Cache-Control": "max-age=3600",
      "Content-Type": TYPES[ending] ?? "application/octet-stream",
    };
    let body = readFileSync(file);
    if (COMPRESSED.includes(ending)) {
      body = gzipSync(body);
      head["Content-Encoding"] = "gzip";
    }
    response.writeHead(200, head).end(body);
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

/** Return every page of the site by its path, but those that only lead on to another. */
function pagesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => String(path).split(sep).join("/"))
    .filter((path) => path.endsWith(".html") && !path.startsWith("_"))
    .filter((path) => !readFileSync(join(folder, path), "utf8").includes('http-equiv="refresh"'))
    .sort();
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Run Lighthouse on an address several times; return the medians and what fell short. */
async function measure(address, port, runs, indexed) {
  const scores = Object.fromEntries(Object.keys(ASKED).map((name) => [name, []]));
  const short = new Set();
  let bytes = 0;
  let requests = 0;
  for (let run = 0; run < runs; run += 1) {
    const onlyCategories = Object.keys(ASKED).filter((name) => indexed || name !== "seo");
    const { lhr } = await lighthouse(address, { port, logLevel: "silent", onlyCategories });
    if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
    for (const [name, category] of Object.entries(lhr.categories)) {
      scores[name].push(Math.round(category.score * 100));
      for (const { id, weight } of category.auditRefs) {
        const { score, scoreDisplayMode } = lhr.audits[id];
        const counts = weight > 0 && scoreDisplayMode !== "notApplicable" && score !== null;
        if (counts && score < 0.9) short.add(`${id} (${lhr.audits[id].displayValue ?? score})`);
      }
    }
    const items = lhr.audits["network-requests"].details.items.filter((item) => item.statusCode);
    bytes = items.reduce((sum, item) => sum + (item.transferSize ?? 0), 0);
    requests = items.length;
  }
  const medians = Object.entries(scores)
    .filter(([, values]) => values.length)
    .map(([name, values]) => [name, median(values)]);
  return { medians: Object.fromEntries(medians), bytes, requests, short: [...short] };
}

/** Run axe-core on an address in every scheme and width; return a line for each violation. */
async function violations(browser, address, axe) {
  const found = [];
  for (const scheme of SCHEMES) {
    for (const width of WIDTHS) {
      const page = await browser.newPage();
      await page.setBypassCSP(true);
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(address, { waitUntil: "load" });
      await page.evaluate(axe);
      const result = await page.evaluate(() => window.axe.run());
      for (const violation of result.violations) {
        const where = violation.nodes.slice(0, 3).map((node) => node.target.join(" "));
        const count = violation.nodes.length;
        found.push(`${scheme}, ${width} px: ${violation.id} × ${count}: ${where.join(" | ")}`);
      }
      await page.close();
    }
  }
  return found;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "5" },
      site: { type: "string", default: join(ROOT, "_build", "html") },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    console.error(`--runs ${values.runs}: expected a whole number of at least 1`);
    return 2;
  }
  const folder = resolve(values.site);
  if (!existsSync(join(folder, "index.html"))) {
    console.error(`No site in ${relative(process.cwd(), folder)}: run \`make book\` first.`);
    return 2;
  }
  const pages = positionals.length ? positionals : pagesOf(folder);
  const missing = pages.filter((page) => !existsSync(join(folder, page)));
  if (missing.length) {
    console.error(`No such page in the site: ${missing.join(", ")}`);
    return 2;
  }
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const browser = await puppeteer.launch({
    executablePath: chromium(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const server = await serve(folder);
  const port = Number(new URL(browser.wsEndpoint()).port);
  console.log(`Lighthouse, mobile, median of ${runs}; axe-core in ${SCHEMES.join(" and ")} at`);
  console.log(`${WIDTHS.join(" and ")} px. Bytes and requests as transferred, compressed.\n`);
  console.log("perf  a11y  best  seo   kB  req  axe  page");
  let failed = 0;
  try {
    for (const page of pages) {
      const address = `http://127.0.0.1:${server.address().port}${SUBPATH}${page}`;
      const indexed = !NOT_INDEXED.includes(page);
      const found = await measure(address, port, runs, indexed);
      const faults = await violations(browser, address, axe);
      const scores = Object.keys(ASKED).map((name) => found.medians[name] ?? "–");
      const line = [
        ...scores.map((score) => String(score).padStart(4)),
        String(Math.round(found.bytes / 1000)).padStart(3),
        String(found.requests).padStart(3),
        String(faults.length).padStart(3),
        page,
      ];
      console.log(line.join("  "));
      for (const fault of [...found.short, ...faults]) console.log(`      ${fault}`);
      const below = Object.entries(found.medians).some(([name, score]) => score < ASKED[name]);
      const heavy = found.bytes > MOST_BYTES || found.requests > MOST_REQUESTS;
      if (below || heavy || faults.length) failed += 1;
    }
  } finally {
    server.close();
    await browser.close();
  }
  const asked = Object.values(ASKED).join("/");
  console.log(
    failed
      ? `\n${failed} of ${pages.length} pages miss what is asked (${asked}, ` +
          `${MOST_BYTES / 1000} kB, ${MOST_REQUESTS} requests, no axe violation).`
      : `\nAll ${pages.length} pages give what is asked (${asked}).`,
  );
  return failed ? 1 : 0;
}

process.exit(await main());
