// Completion of the search box, and light or dark.
const search = document.querySelector(".search input");
const names = document.getElementById("names");
let asked = 0;

search.addEventListener("input", () => {
  clearTimeout(asked);
  const begun = search.value.trim();
  asked = setTimeout(async () => {
    const answer = begun && await fetch(`/names?q=${encodeURIComponent(begun)}`).catch(() => null);
    if (!answer || !answer.ok || begun !== search.value.trim()) return;
    names.replaceChildren(...(await answer.json()).map((name) => Object.assign(document.createElement("option"), { value: name })));
  }, 150);
});

const root = document.documentElement;
const button = document.querySelector(".theme");
const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const say = () => { button.textContent = isDark() ? "Light" : "Dark"; button.setAttribute("aria-label", `Show in ${isDark() ? "light" : "dark"} colours`); };

try {
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
} catch { /* a browser that keeps nothing follows the system */ }
button.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept */ }
  say();
});
button.hidden = false;
say();
