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
    recolour();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { nameTheme(); recolour(); });
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

  // Plotly: packed in this page, unpacked when it is first asked for.
  let loading = null;
  function plotly() {
    loading ??= (async () => {
      const packed = Uint8Array.from(atob(document.getElementById("plotly-packed").textContent.trim()), (c) => c.charCodeAt(0));
      const text = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
      document.head.append(make("script", { textContent: text }));
      if (!window.Plotly) throw new Error("plotly.js did not start");
      return window.Plotly;
    })();
    return loading;
  }
  const plain = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");  // plotly reads some markup
  const colour = (name) => {
    const probe = make("span");
    probe.style.color = "var(" + name + ")";
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const config = { displaylogo: false, responsive: true, showSendToCloud: false, plotlyServerURL: "", scrollZoom: true };
  const drawn = [];  // views in the order they were drawn; browsers keep only a few WebGL contexts
  const MOST_VIEWS = 6;
  const data = (id) => JSON.parse(document.getElementById(id).textContent);

  function close(figure) {
    const view = figure.querySelector(".view"), button = figure.querySelector(".turn");
    const place = drawn.indexOf(figure);
    if (place >= 0) drawn.splice(place, 1);
    if (view) { window.Plotly?.purge(view); view.remove(); }
    figure.classList.remove("open");
    button.setAttribute("aria-pressed", "false");
    button.firstChild.data = button.dataset.on;
  }
  async function open(figure, draw) {
    const button = figure.querySelector(".turn"), status = figure.querySelector("[role=status]");
    status.textContent = "Drawing…";
    button.disabled = true;
    try {
      const Plotly = await plotly();
      const view = make("div", { className: "view", tabIndex: 0 });
      figure.querySelector(".stage").append(view);
      figure.classList.add("open");
      await draw(Plotly, view);
      drawn.push(figure);
      while (drawn.length > MOST_VIEWS) close(drawn[0]);
      button.setAttribute("aria-pressed", "true");
      button.firstChild.data = button.dataset.off;
      status.textContent = "";
    } catch (error) {
      close(figure);
      status.textContent = "This browser cannot draw it (" + error.message + "); the picture says the same.";
    }
    button.disabled = false;
  }
  function recolour() {
    drawn.forEach((figure) => {
      const change = { "font.color": colour("--ink"), "modebar.color": colour("--soft") };
      if (figure.dataset.view === "well") {
        change["scene.annotations[0].bgcolor"] = colour("--paper");
        change["scene.annotations[0].font.color"] = colour("--height");
      }
      window.Plotly?.relayout(figure.querySelector(".view"), change);
    });
  }
  document.querySelectorAll("[data-view]").forEach((figure) => {
    const button = figure.querySelector(".turn");
    const draw = figure.dataset.view === "well" ? (P, view) => drawWell(P, view, figure) : drawLaw;
    figure.querySelector(".controls").hidden = false;
    button.addEventListener("click", () => figure.classList.contains("open") ? close(figure) : open(figure, draw));
  });

  let scenes = null;
  async function drawWell(Plotly, view, figure) {
    scenes ??= data("wells-data");
    const scene = scenes.wells[figure.id], ink = colour("--ink"), name = figure.querySelector("title").textContent;
    const axis = (points, k) => points.map((p) => p === null ? null : p[k]);
    const spread = (points) => ({ x: axis(points, 0), y: axis(points, 1), z: axis(points, 2) });
    const line = (points, name, style, more) => ({ type: "scatter3d", mode: "lines", ...spread(points), name, line: style, hoverinfo: "skip", ...more });
    const paths = (pairs, of) => pairs.flatMap(([i, j]) => [of[i], of[j], null]);
    const atoms = scene.vertices.concat(scene.near);
    const fan = (faces, name, colour, opacity) => {
      const triangles = faces.flatMap((face) => face.slice(2).map((_, k) => [face[0], face[k + 1], face[k + 2]]));
      return { type: "mesh3d", ...spread(scene.vertices), i: axis(triangles, 0), j: axis(triangles, 1), k: axis(triangles, 2), color: colour, opacity, flatshading: true, name, hoverinfo: "skip", showlegend: true };
    };
    const edges = new Map();
    scene.faces.forEach((face) => face.forEach((from, k) => {
      const to = face[(k + 1) % face.length];
      edges.set(Math.min(from, to) + "-" + Math.max(from, to), [from, to]);
    }));
    const [a, b, c] = scene.lattice, sum = (...v) => v.reduce((s, p) => s.map((x, k) => x + p[k]));
    const corners = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]]
      .map((n) => sum(scene.corner, a.map((x) => n[0] * x), b.map((x) => n[1] * x), c.map((x) => n[2] * x)));
    const box = [[0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4], [0, 4], [1, 5], [2, 6], [3, 7]];
    const middle = scene.line[0].map((x, k) => (x + scene.line[1][k]) / 2);
    const place = (p) => p.map((x) => x.toFixed(4)).join(", ") + " Å";
    const traces = [
      line(paths(scene.bonds, atoms), "bonds", { color: "#888", width: 4 }, { opacity: 0.6 }),
      { type: "scatter3d", mode: "markers", ...spread(scene.near), name: "atoms around", marker: { size: 6, color: scene.near_elements.map((e) => scenes.colours[e]), line: { color: "#555", width: 1 }, opacity: 0.75 }, text: scene.near_elements.map((e, k) => plain(e + ", neighbour") + "<br>" + place(scene.near[k])), hoverinfo: "text" },
      fan(scene.faces, "body", "#4a7fc1", 0.18),
      line(paths(Array.from(edges.values()), scene.vertices), "edges", { color: "#4a7fc1", width: 5 }),
      ...(scene.plaquette.length ? [fan([scene.plaquette], "plaquette, the confined plane", "#e0a100", 0.5)] : []),
      line(scene.line, scene.height, { color: "#d81b60", width: 9 }),
      { type: "scatter3d", mode: "markers", ...spread([scene.electron]), name: "confined electron", marker: { size: 5, color: "#d81b60", symbol: "diamond" }, text: ["confined electron<br>" + place(scene.electron)], hoverinfo: "text" },
      { type: "scatter3d", mode: "markers+text", ...spread(scene.vertices), name: "vertices", marker: { size: scene.roles.map((r) => r === "apex" ? 15 : 12), symbol: "circle", color: scene.elements.map((e) => scenes.colours[e]), line: { color: "#222", width: 2 } }, text: scene.elements.map(plain), textfont: { size: 12 }, textposition: "top center", hovertext: scene.elements.map((e, k) => plain(e + ", " + scene.roles[k]) + "<br>" + place(scene.vertices[k])), hoverinfo: "text" },
      line(paths(box, corners), "unit cell", { color: "#999", width: 2 }, { visible: Math.max(...scene.lattice.map((v) => Math.hypot(...v))) < 9 ? true : "legendonly" }),
    ];
    const up = scene.normal.map((x) => x * Math.sign(scene.normal.reduce((m, y) => Math.abs(y) > Math.abs(m) ? y : m, 0)));
    const side = Math.abs(up[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
    const cross = (p, q) => [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
    const along = cross(up, side), across = cross(along, up);
    const eye = up.map((x, k) => 0.37 * x + 1.2 * across[k] + 0.57 * along[k]);
    const modebar = { bgcolor: "rgba(0,0,0,0)", color: colour("--soft"), activecolor: ink };
    const none = { visible: false, showspikes: false };
    await Plotly.newPlot(view, traces, {
      margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: "rgba(0,0,0,0)", modebar, font: { color: ink }, showlegend: view.clientWidth >= 480, legend: { orientation: "h", y: 0, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)", itemsizing: "constant" },
      scene: { aspectmode: "data", xaxis: none, yaxis: none, zaxis: none, dragmode: "orbit", camera: { up: { x: up[0], y: up[1], z: up[2] }, eye: { x: eye[0], y: eye[1], z: eye[2] } }, domain: { x: [0, 1], y: [0.1, 1] },
        annotations: [{ x: middle[0], y: middle[1], z: middle[2], text: plain(scene.height), showarrow: false, xanchor: "left", xshift: 9, bgcolor: colour("--paper"), opacity: 0.92, font: { color: colour("--height"), size: 15 } }] },
    }, { ...config, modeBarButtonsToRemove: ["tableRotation", "resetCameraLastSave3d"] });
    view.setAttribute("role", "application");
    view.setAttribute("aria-label", name + ". Arrow keys turn it, plus and minus zoom, Escape goes back to the picture.");
    view.addEventListener("keydown", (event) => {
      const turns = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      const zoom = { "+": 0.87, "=": 0.87, "-": 1.15 }[event.key];
      if (event.key === "Escape") { close(figure); figure.querySelector(".turn").focus(); return; }
      if (!turns && !zoom) return;
      event.preventDefault();
      const camera = view._fullLayout.scene._scene.getCamera();
      let eye = [camera.eye.x, camera.eye.y, camera.eye.z];
      const up = [camera.up.x, camera.up.y, camera.up.z];
      const length = Math.hypot(...eye);
      if (turns) {
        const right = cross(up, eye), scale = 0.17 * length, unit = (v) => v.map((x) => x / (Math.hypot(...v) || 1));
        const moved = eye.map((x, k) => x + scale * (turns[0] * unit(right)[k] + turns[1] * unit(up)[k]));
        const turned = unit(moved).map((x) => x * length), tilt = Math.abs(unit(turned).reduce((s, x, k) => s + x * unit(up)[k], 0));
        if (tilt < 0.98) eye = turned;
      }
      camera.eye = { x: eye[0], y: eye[1], z: eye[2] };
      if (zoom) camera.eye = { x: eye[0] * zoom, y: eye[1] * zoom, z: eye[2] * zoom };
      Plotly.relayout(view, { "scene.camera": camera });
    });
  }

  async function drawLaw(Plotly, view) {
    const law = data("law-data"), marks = { alpha: "circle", beta: "square", gamma: "triangle-up" };
    view.classList.add("hover-view");
    view.setAttribute("role", "img");
    view.setAttribute("aria-label", "Tc against h with the name of each row; the numbers stand in the next table.");
    const told = (p) => [p.name, p.phase + ", h = " + p.height_angstrom.toFixed(4) + " Å", "Tc = " + p.tc_kelvin + " K, λ = " + p.lambda.toFixed(1) + " K Å²", p.source].filter(Boolean).map(plain).join("<br>");
    const points = (rows, name, colour, open) => ({ type: "scatter", mode: "markers", name, x: rows.map((p) => p.height_angstrom), y: rows.map((p) => p.tc_kelvin), text: rows.map(told), hoverinfo: "text",
      marker: { color: open ? "rgba(0,0,0,0)" : colour, size: open ? 12 : 9, line: { color: colour, width: open ? 1.5 : 0 }, symbol: rows.map((p) => marks[p.phase] || "x") } });
    const traces = law.families.flatMap((family) => [
      { type: "scatter", mode: "lines", name: plain(family.label), x: family.curve.map((p) => p[0]), y: family.curve.map((p) => p[1]), line: { color: family.colour }, hoverinfo: "skip" },
      points(family.rows, plain(family.name + ", printed"), family.colour, false),
      points(family.measured, plain(family.name + ", height of a measured structure"), family.colour, true),
    ]);
    const grid = { gridcolor: "rgba(128,128,128,.3)", zeroline: false };
    await Plotly.newPlot(view, traces, { margin: { l: 60, r: 20, t: 20, b: 50 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: colour("--ink") }, modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("--soft"), activecolor: colour("--ink") }, hovermode: "closest", hoverlabel: { align: "left" },
      xaxis: { title: { text: "well height h (Å)" }, ...grid }, yaxis: { title: { text: "Tc (K)" }, rangemode: "tozero", ...grid }, legend: { orientation: "h", y: -0.15 } }, { ...config, scrollZoom: false, modeBarButtonsToRemove: ["select2d", "lasso2d"] });
  }
})();
