// Opens a page in Chromium without a network, looks at it at two widths, prints it on A4, and tells what it saw as JSON.
"use strict";
const fs = require("fs");
const puppeteer = require("puppeteer-core");

const [page_path, pdf_path] = process.argv.slice(2);
const own = `file://${fs.realpathSync(page_path)}`;
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => fs.existsSync(path));

async function main() {
  if (chromium === undefined) throw new Error("chromium is missing: install it as .ci/test does: need chromium chromium");
  const browser = await puppeteer.launch({
    executablePath: chromium,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND"],
  });
  try {
    const page = await browser.newPage();
    const complaints = [];
    const requests = [];
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    page.on("request", (request) => {
      if (request.url() !== own && !request.url().startsWith("data:")) requests.push(request.url());
    });
    const widths = {};
    for (const [width, height] of [[1280, 900], [390, 844]]) {
      await page.setViewport({ width, height, isMobile: width < 500, hasTouch: width < 500 });
      await page.goto(own, { waitUntil: "networkidle0" });
      widths[width] = await page.evaluate((room) => {
        const seen = (element) => {
          const box = element.getBoundingClientRect();
          return box.width > 0 && box.height > 0 && box.top < room && getComputedStyle(element).visibility === "visible";
        };
        const texts = [...document.querySelectorAll("body *")].filter((one) => seen(one) && one.children.length === 0);
        const scrolls = (element) => element.closest(".scroll, .wide") !== null;
        const widest = [...document.querySelectorAll("body *")]
          .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(one))
          .slice(0, 3).map((one) => `${one.tagName} ${one.className} ${(one.textContent || "").slice(0, 60)}`);
        return {
          scroll_width: document.documentElement.scrollWidth,
          inner_width: window.innerWidth,
          height: document.documentElement.scrollHeight,
          first_screen: document.body.innerText.slice(0, 600) + texts.map((one) => one.textContent).join(" ").slice(0, 600),
          widest,
        };
      }, height);
      // On a phone a page wider than the screen widens the screen; what counts is the width that was asked for.
      widths[width].inner_width = width;
      if (process.env.SCREENSHOTS) {
        await page.screenshot({ path: `${process.env.SCREENSHOTS}-${width}.png`, fullPage: width < 500 });
      }
    }
    const lang = await page.evaluate(() => document.documentElement.lang);
    await page.pdf({ path: pdf_path, preferCSSPageSize: false, format: "A4", printBackground: true });
    console.log(JSON.stringify({ complaints, requests, widths, lang }));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
