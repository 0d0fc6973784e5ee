"use strict";
(function () {
  const root = document.documentElement;
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Light and dark: what the reader chose stays, where the browser lets a file keep anything.
  const dark = () => getComputedStyle(root).colorScheme === "dark" ||
    (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const keep = (value) => { try { return value ? localStorage.setItem("polyqw-theme", value) : localStorage.getItem("polyqw-theme"); } catch { return null; } };
  const kept = keep();
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  const theme = document.getElementById("theme");
  const nameTheme = () => { theme.textContent = dark() ? "Light" : "Dark"; theme.setAttribute("aria-label", dark() ? "Show in light colours" : "Show in dark colours"); };
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    keep(root.dataset.theme);
    nameTheme();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
  nameTheme();

  // Tables: words to filter by, a choice of values, headers that sort.
  const setters = new Map();
  document.querySelectorAll("table[data-long], table[data-choose]").forEach((table) => {
    const body = table.tBodies[0], rows = Array.from(body.rows), name = table.caption.textContent;
    const count = make("span", { role: "status" });
    count.setAttribute("role", "status");
    const words = make("input", { type: "search", size: 22 });
    words.setAttribute("aria-label", "Filter rows: " + name);
    const bar = make("p", { className: "filter" });
    const column = table.dataset.choose;
    let choice = null;
    if (column !== undefined) {
      choice = make("select");
      const title = table.tHead.rows[0].cells[column].textContent;
      choice.append(make("option", { value: "" }, "all"));
      new Set(rows.map((row) => row.cells[column].textContent)).forEach((value) => choice.append(make("option", { value }, value)));
      bar.append(make("label", {}, title + " ", choice));
      setters.set(table.closest("section").id, (value) => { choice.value = value; words.value = ""; show(); });
    }
    bar.append(make("label", {}, "Filter rows ", words), count);
    function show() {
      const wanted = words.value.toLowerCase();
      let shown = 0;
      rows.forEach((row) => {
        row.hidden = (choice && choice.value && row.cells[column].textContent !== choice.value) || !row.textContent.toLowerCase().includes(wanted);
        shown += !row.hidden;
      });
      count.textContent = shown + " of " + rows.length + " rows";
    }
    words.addEventListener("input", show);
    if (choice) choice.addEventListener("change", show);
    table.parentElement.before(bar);
    show();
    Array.from(table.tHead.rows[0].cells).forEach((head, k) => {
      const button = make("button", { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      const numeric = head.classList.contains("n");
      const key = (row) => row.cells[k].textContent;
      const compare = numeric ? (a, b) => Number(key(a)) - Number(key(b)) : (a, b) => key(a).localeCompare(key(b), "en", { numeric: true });
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        Array.from(head.parentElement.cells).forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const order = rows.slice().sort((a, b) => (key(a) === "") - (key(b) === "") || (down ? -1 : 1) * compare(a, b));  // empty cells last, both ways
        body.append(...order);
      });
    });
  });
  // Sections are folded: a link into one opens it, and paper has them all.
  const unfold = (target) => { for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true; };
  const reach = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    unfold(target);
    target.querySelector(":scope > details")?.setAttribute("open", "");
    target.scrollIntoView();
  };
  addEventListener("hashchange", reach);
  reach();
  document.addEventListener("click", (event) => { if (event.target.closest?.("a[href^='#']")) setTimeout(reach); });
  let folded = [];
  addEventListener("beforeprint", () => { folded = Array.from(document.querySelectorAll("details:not([open])")); folded.forEach((box) => { box.open = true; }); });
  addEventListener("afterprint", () => folded.forEach((box) => { box.open = false; }));

  const scrolls = () => document.querySelectorAll(".scroll, figure, .stage").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex");
  });
  scrolls();
  addEventListener("resize", scrolls);
  document.addEventListener("toggle", scrolls, true);
  document.querySelectorAll("a[data-verdict]").forEach((link) => link.addEventListener("click", () => setters.get("claims")?.(link.dataset.verdict)));

  // What only scripts can do is shown by them.
  document.querySelectorAll(".controls").forEach((box) => { box.hidden = false; });

  // Names of the points of a figure, under the pointer; the numbers stand in the table beside it.
  const NEAR = 14;
  document.querySelectorAll("figure[data-names]").forEach((figure) => {
    const image = figure.querySelector("img"), points = JSON.parse(document.getElementById(figure.dataset.names).textContent).points;
    const told = make("p", { className: "told", hidden: true });
    image.after(told);
    const lines = (p) => [p.name, p.phase + ", h = " + p.height_angstrom.toFixed(4) + " Å", "Tc = " + p.tc_kelvin + " K, λ = " + p.lambda.toFixed(1) + " K Å²", p.source].filter(Boolean);
    image.addEventListener("pointermove", (event) => {
      const box = image.getBoundingClientRect(), pad = parseFloat(getComputedStyle(image).paddingLeft);
      const away = points.map((p) => Math.hypot(box.left + pad + p.place[0] * (box.width - 2 * pad) - event.clientX, box.top + pad + p.place[1] * (box.height - 2 * pad) - event.clientY));
      const nearest = Math.min(...away);
      told.hidden = nearest > NEAR;
      if (told.hidden) return;
      told.replaceChildren(...points.filter((_, k) => away[k] < nearest + 0.5).flatMap((p, k) => [...(k ? [make("hr")] : []), ...lines(p).map((line) => make("span", {}, line))]));
      told.style.left = Math.min(image.offsetLeft + event.clientX - box.left + 14, Math.max(0, image.offsetLeft + image.offsetWidth - told.offsetWidth)) + "px";
      told.style.top = image.offsetTop + event.clientY - box.top + 14 + "px";
    });
    image.addEventListener("pointerleave", () => { told.hidden = true; });
  });
})();
