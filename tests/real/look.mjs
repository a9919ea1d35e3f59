// Looks at letters in a browser: what it would load, what axe finds, whether pictures show, whether it reads without its
// style. In: HTML files as arguments. Out: one line of JSON a file.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { APPEAL_CHROMIUM: executablePath, APPEAL_PROFILE: userDataDir } = process.env;
const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
if (process.env.APPEAL_SANDBOX === "no") args.push("--no-sandbox");

const browser = await puppeteer.launch({ executablePath, userDataDir, args, headless: true });
for (const file of process.argv.slice(2)) {
  const url = pathToFileURL(file).href;
  const page = await browser.newPage();
  await page.setViewport({ width: 1100, height: 1400 });
  // What is asked for is written down and refused; only the letter itself and what lies inside it pass.
  const requests = [];
  const refusals = [];
  page.on("console", (message) => refusals.push(message.text()));
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (request.url() === url || request.url().startsWith("data:")) return request.continue();
    requests.push(request.url());
    return request.abort();
  });
  await page.goto(url, { waitUntil: "load" });

  const pictures = await page.evaluate(() => [...document.images].filter((i) => i.complete && i.naturalWidth > 0).length);
  const scripts = await page.evaluate(() => document.scripts.length);
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const rules = window.axe.getRules().map((rule) => rule.ruleId);
    const result = await window.axe.run(document, { runOnly: { type: "rule", values: rules }, resultTypes: ["violations", "incomplete"] });
    const told = (list) => list.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}`));
    return { violations: told(result.violations), unsure: told(result.incomplete) };
  });

  await page.setViewport({ width: 340, height: 700 });
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth > window.innerWidth);

  // A name must stand as it would without the element around it; browsers only kern no pair across its edges.
  const shifts = await page.evaluate(() => {
    const blocks = [...document.querySelectorAll("main p, main li, main h1")].filter((block) => block.querySelector("bdi"));
    return blocks.flatMap((block) => {
      block.style.cssText = "white-space: nowrap; width: max-content; max-width: none";
      const names = [...block.querySelectorAll("bdi")];
      const before = block.getBoundingClientRect().width;
      names.forEach((name) => name.replaceWith(...name.childNodes));
      block.normalize();
      const after = block.getBoundingClientRect().width;
      return Math.abs(before - after) > names.length ? [`${block.textContent.slice(0, 60)}: ${before} ${after}`] : [];
    });
  });

  await page.evaluate(() => document.querySelectorAll("style").forEach((style) => style.remove()));
  const read = await page.evaluate(() => document.body.innerText);
  console.log(JSON.stringify({ file, requests, refusals, pictures, scripts, ...found, shifts, wide, read }));
  await page.close();
}
await browser.close();
