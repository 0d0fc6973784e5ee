"use strict";
// Crystals with their wells: polyqwView(element, row) draws what polyqw.services.viewer.view.view_row gives.
// Every <div class="crystal-view" data-row="ID"> is drawn from <script type="application/json" id="ID">, when it is seen.
(function () {
  const MOST_VIEWS = 4;  // browsers keep only a few WebGL contexts
  const ORTHO = Math.tan(Math.PI / 9), PERSPECTIVE = Math.tan(Math.PI / 18);  // 3Dmol's field of view, half of its width and of its height
  const EYE = 150;  // 3Dmol's distance of the eye
  const live = [];  // views that are drawn, in the order they were

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const dot = (p, q) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
  const cross = (p, q) => [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
  const times = (p, x) => p.map((part) => part * x);
  const sum = (...all) => all.reduce((p, q) => p.map((part, k) => part + q[k]));
  const unit = (p) => times(p, 1 / (Math.hypot(...p) || 1));
  const across = (p, axis) => sum(p, times(axis, -dot(p, axis)));  // what of p is perpendicular to the axis
  const xyz = (p) => ({ x: p[0], y: p[1], z: p[2] });

  // 3Dmol.js: there already, or packed in this page and unpacked when it is first asked for.
  let loading = null;
  function library() {
    loading ??= (async () => {
      if (window.$3Dmol) return window.$3Dmol;
      const packed = document.getElementById("viewer-packed");
      if (!packed) throw new Error("3Dmol.js is not in this page");
      const bytes = Uint8Array.from(atob(packed.textContent.trim()), (letter) => letter.charCodeAt(0));
      const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
      document.head.append(make("script", { textContent: text }));
      if (!window.$3Dmol) throw new Error("3Dmol.js did not start");
      return window.$3Dmol;
    })();
    return loading;
  }
  function needWebGL() {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("webgl2") || canvas.getContext("webgl");
    if (!context) throw new Error("it has no WebGL");
    context.getExtension("WEBGL_lose_context")?.loseContext();
  }

  // Directions: rows of a rotation are what points right, up and towards the eye.
  function quaternion([right, up, eye]) {
    const trace = right[0] + up[1] + eye[2];
    let q;
    if (trace > 0) q = [eye[1] - up[2], right[2] - eye[0], up[0] - right[1], trace + 1];
    else if (right[0] >= up[1] && right[0] >= eye[2]) q = [1 + right[0] - up[1] - eye[2], right[1] + up[0], right[2] + eye[0], eye[1] - up[2]];
    else if (up[1] >= eye[2]) q = [right[1] + up[0], 1 - right[0] + up[1] - eye[2], up[2] + eye[1], right[2] - eye[0]];
    else q = [right[2] + eye[0], up[2] + eye[1], 1 - right[0] - up[1] + eye[2], up[0] - right[1]];
    const size = Math.hypot(...q);
    return q.map((part) => part / size);
  }
  const looking = (eye, up) => {
    const towards = unit(eye), upward = unit(across(up, towards));
    return [cross(upward, towards), upward, towards];
  };
  function directions(row, name) {
    const [a, b, c] = row.lattice;
    if (name === "a") return looking(a, c);
    if (name === "b") return looking(b, c);
    if (name === "c") return looking(c, b);
    return row.eye;
  }

  window.polyqwView = function (element, row) {
    const state = { hidden: new Set(row.wells.flatMap((well, k) => well.is_shown ? [] : [k])), bonds: true, labels: false, cell: true, layers: row.layers.length > 0, filling: false, perspective: false, direction: "", view: null, home: "" };
    const middle = times(sum(...row.lattice), 0.5);
    let mol = null, viewer = null;

    const [a, b, c] = row.lattice, at = (x, y, z) => sum(times(a, x), times(b, y), times(c, z));
    const radius = (atom) => state.filling ? row.elements[atom.element].radius : Math.max(0.22, 0.3 * row.elements[atom.element].radius);
    const isSeen = (atom) => !atom.wells || atom.wells.some((k) => !state.hidden.has(k));
    const beside = (() => {  // where the names of layers stand: to the right of the crystal as it is first seen
      const right = row.eye[0], ends = [0, 1].flatMap((x) => [0, 1].flatMap((y) => [0, 1].map((z) => at(x, y, z)))).concat(row.atoms.map((atom) => atom.cart));
      const reach = Math.max(...ends.map((place) => dot(sum(place, times(middle, -1)), right)));
      return sum(across(middle, row.axis), times(right, reach + 1.6));
    })();
    const layerPlace = (layer) => sum(beside, times(row.axis, layer.elevation_angstrom));

    // What stands around the picture.
    const still = make("div", { className: "crystal-still" }, ...element.childNodes);
    const status = make("p", { className: "crystal-status" }), told = make("p", { className: "crystal-told" });
    status.setAttribute("role", "status");
    const stage = make("div", { className: "crystal-stage", tabIndex: 0 });
    stage.setAttribute("role", "application");
    stage.setAttribute("aria-label", row.name + ", crystal with its wells. Arrow keys turn it, plus and minus zoom, a, b and c look along an axis, r resets, 1 to 9 switch wells.");
    const bar = make("div", { className: "crystal-bar" });
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "View of " + row.name);
    const button = (name, title, act) => {
      const found = make("button", { type: "button", title }, name);
      found.setAttribute("aria-label", title);
      found.addEventListener("click", act);
      bar.append(found);
      return found;
    };
    const sides = Object.fromEntries(["a", "b", "c"].map((name) => [name, button(name, "Look along " + name, () => look(name))]));
    button("Reset", "Reset the view", () => look(""));
    const choice = (name, key) => {
      const box = make("input", { type: "checkbox", checked: state[key] });
      box.addEventListener("change", () => { state[key] = box.checked; redraw(); });
      bar.append(make("label", {}, box, " " + name));
    };
    choice("bonds", "bonds");
    choice("cell", "cell");
    if (row.layers.length) choice("layers", "layers");
    choice("names of atoms", "labels");
    choice("space-filling", "filling");
    const perspective = make("input", { type: "checkbox", checked: state.perspective });
    perspective.addEventListener("change", () => project(perspective.checked));
    bar.append(make("label", {}, perspective, " perspective"));
    button("Save PNG", "Save the picture as PNG", save);
    const boxes = row.wells.map((well, k) => {
      const box = make("input", { type: "checkbox", checked: !state.hidden.has(k) });
      box.addEventListener("change", () => show(k, box.checked));
      return box;
    });
    const swatch = (colour, round) => {
      const found = make("i", { className: round ? "crystal-dot" : "crystal-swatch" });
      found.style.background = colour;
      return found;
    };
    const head = make("tr", {}, ...["Well", "h", "Apices", "In the cell"].map((name) => make("th", { scope: "col" }, name)));
    const lines = row.wells.map((well, k) => make("tr", {},
      make("th", { scope: "row" }, make("label", {}, boxes[k], " ", swatch(well.colour, false), " " + well.title)),
      make("td", {}, well.label), make("td", {}, well.apices.join(" and ")), make("td", {}, String(well.multiplicity))));
    const table = row.wells.length
      ? make("table", { className: "crystal-wells" }, make("caption", {}, "Wells of " + row.name + ". Each can be switched off and on."), make("thead", {}, head), make("tbody", {}, ...lines))
      : make("p", {}, "No well was found in " + row.name + ".");
    const legend = make("p", { className: "crystal-legend" }, ...Object.keys(row.elements).map((name) => make("span", {}, swatch(row.elements[name].colour, true), " " + name)));
    element.classList.add("crystal-ready");
    element.replaceChildren(still, bar, make("div", { className: "crystal-frame" }, stage, told), legend, make("div", { className: "crystal-table" }, table), status);

    const colour = (name) => {
      const probe = make("span");
      probe.style.color = "var(" + name + ")";
      element.append(probe);
      const parts = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
      probe.remove();
      return "#" + parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
    };

    const tint = (hex) => {  // lighter on dark paper
      const parts = (text) => [1, 3, 5].map((k) => parseInt(text.slice(k, k + 2), 16));
      if (dot(parts(colour("--crystal-paper")), [0.3, 0.6, 0.1]) > 128) return hex;
      return "#" + parts(hex).map((part) => Math.round(part + 0.45 * (255 - part)).toString(16).padStart(2, "0")).join("");
    };

    // The picture.
    function paint() {
      const line = colour("--crystal-line"), ink = colour("--crystal-ink"), paper = colour("--crystal-paper");
      viewer.setBackgroundColor(paper, 1);
      viewer.removeAllModels();
      viewer.removeAllShapes();
      viewer.removeAllLabels();
      const name = (text, place, more) => viewer.addLabel(text, { position: xyz(place), alignment: "center", fontSize: 13, fontColor: ink, backgroundColor: paper, backgroundOpacity: 0.7, inFront: true, ...more });
      const sticks = (pairs, shade, thick) => {
        if (!pairs.length) return;
        const shape = viewer.addShape({ color: shade });
        pairs.forEach(([from, to]) => shape.addCylinder({ start: xyz(from), end: xyz(to), radius: thick, fromCap: 2, toCap: 2, color: shade }));
      };
      const model = viewer.addModel();
      model.addAtoms(row.atoms.filter(isSeen).map((atom, k) => ({ elem: atom.element, serial: k, ...xyz(atom.cart), bonds: [], bondOrder: [], hetflag: true, told: (atom.label || atom.element) + "  " + atom.cart.map((part) => part.toFixed(3)).join(", ") + " Å" })));
      Object.keys(row.elements).forEach((elem) => model.setStyle({ elem }, { sphere: { radius: radius({ element: elem }), color: row.elements[elem].colour } }));
      model.setHoverable({}, true, (atom) => { told.textContent = atom.told; }, () => { told.textContent = ""; });
      if (state.bonds) sticks(row.bonds.filter((pair) => pair.every((k) => isSeen(row.atoms[k]))).map((pair) => pair.map((k) => row.atoms[k].cart)), colour("--crystal-bond"), 0.07);
      if (state.cell) {
        const ends = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]].map((p) => at(...p));
        sticks([[0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4], [0, 4], [1, 5], [2, 6], [3, 7]].map((pair) => pair.map((k) => ends[k])), line, 0.025);
        row.lattice.forEach((vector, k) => name("abc"[k], sum(vector, times(unit(vector), 0.8)), { backgroundOpacity: 0 }));
      }
      if (state.layers) row.layers.forEach((layer) => name(layer.formula, layerPlace(layer), { fontSize: 12, bold: layer.is_plane, backgroundOpacity: 0 }));
      if (state.labels) row.atoms.filter(isSeen).forEach((atom) => name(atom.label || atom.element, atom.cart, { fontSize: 11, backgroundOpacity: 0.5 }));
      row.wells.forEach((well, k) => { if (!state.hidden.has(k)) body(well, k % 2 ? "centerRight" : "centerLeft", sticks, name); });
      viewer.render();
    }
    function body(well, alignment, sticks, name) {
      const fan = (faces, shade, opacity, light) => {  // every face has its own corners, so that it looks flat
        const vertexArr = [], normalArr = [], faceArr = [];
        faces.forEach((face) => {
          const corners = face.map((k) => well.vertices[k]), first = vertexArr.length;
          const normal = xyz(unit(cross(sum(corners[1], times(corners[0], -1)), sum(corners[2], times(corners[0], -1)))));
          corners.forEach((corner) => { vertexArr.push(xyz(corner)); normalArr.push(normal); });
          corners.slice(2).forEach((_, k) => faceArr.push(first, first + k + 1, first + k + 2));
        });
        const bright = new mol.Color(parseInt(shade.slice(1), 16));  // 3Dmol darkens what does not face its light
        ["r", "g", "b"].forEach((part) => { bright[part] *= light; });
        if (faceArr.length) viewer.addCustom({ vertexArr, normalArr, faceArr, color: bright, opacity: Math.sqrt(opacity) });  // it counts the opacity twice
      };
      const shade = tint(well.colour);
      fan(well.faces, shade, 0.4, 1.7);
      if (well.ring.length) fan([well.ring], "#e0a100", 0.6, 3.5);
      const edges = new Map();
      well.faces.forEach((face) => face.forEach((from, k) => {
        const to = face[(k + 1) % face.length];
        edges.set(Math.min(from, to) + "-" + Math.max(from, to), [well.vertices[from], well.vertices[to]]);
      }));
      sticks([...edges.values()], shade, 0.035);
      sticks([well.height_line], colour("--crystal-height"), 0.07);
      viewer.addSphere({ center: xyz(well.electron), radius: 0.16, color: colour("--crystal-height") });
      name(well.label, sum(...well.height_line.map((end) => times(end, 0.5))), { fontColor: colour("--crystal-height"), bold: true, backgroundOpacity: 0.85, alignment, screenOffset: { x: alignment === "centerLeft" ? 14 : -14, y: 0 } });
    }
    function home(direction) {  // the view along a direction in which everything fits
      const [right, up, eye] = directions(row, direction);
      const points = row.atoms.map((atom) => [atom.cart, radius(atom)]).concat(state.layers ? row.layers.map((layer) => [layerPlace(layer), 0.9]) : []);
      const reach = (axis) => Math.max(...points.map(([place, more]) => Math.abs(dot(sum(place, times(middle, -1)), axis)) + more)) + 0.5;
      const aspect = (stage.clientWidth || 1) / (stage.clientHeight || 1), wide = reach(right), tall = reach(up), deep = reach(eye);
      const far = state.perspective ? Math.max(tall, wide / aspect) / PERSPECTIVE + deep : Math.max(wide, tall * aspect) / ORTHO;
      return [...times(middle, -1), EYE - far, ...quaternion([right, up, eye])];
    }
    function look(direction) {
      status.textContent = direction ? "View along " + direction : "View reset";
      fit(direction);
    }
    function fit(direction) {
      state.direction = direction;
      if (!viewer) { state.view = null; return; }
      viewer.setView(home(direction));
      state.view = viewer.getView();
      state.home = String(state.view);
      mark();
    }
    function mark() {
      const untouched = String(state.view) === state.home;
      Object.entries(sides).forEach(([name, found]) => found.setAttribute("aria-pressed", String(untouched && state.direction === name)));
    }
    function project(deep) {
      state.perspective = perspective.checked = deep;
      if (!viewer) return;
      const view = viewer.getView(), aspect = stage.clientWidth / stage.clientHeight, ratio = ORTHO / (PERSPECTIVE * aspect);
      viewer.setProjection(deep ? "perspective" : "orthographic");
      view[3] = EYE - (EYE - view[3]) * (deep ? ratio : 1 / ratio);
      viewer.setView(view);
    }
    function show(k, wanted) {
      wanted ? state.hidden.delete(k) : state.hidden.add(k);
      boxes[k].checked = wanted;
      status.textContent = row.wells[k].title + (wanted ? " shown" : " hidden");
      redraw();
    }
    function redraw() { if (viewer) paint(); }
    function save() {
      if (!viewer) return;
      viewer.render();
      make("a", { href: viewer.pngURI(), download: (row.name.replace(/[^\w.+-]+/g, "_") || "crystal") + ".png" }).click();
      status.textContent = "Picture saved";
    }

    stage.addEventListener("keydown", (event) => {
      if (!viewer || event.ctrlKey || event.metaKey || event.altKey) return;
      const turn = { ArrowLeft: [-10, "vy"], ArrowRight: [10, "vy"], ArrowUp: [-10, "vx"], ArrowDown: [10, "vx"] }[event.key];
      const zoom = { "+": 1.15, "=": 1.15, "-": 1 / 1.15 }[event.key];
      const well = Number(event.key) - 1;
      if (turn) viewer.rotate(...turn);
      else if (zoom) viewer.zoom(zoom);
      else if (["a", "b", "c", "r"].includes(event.key)) look(event.key === "r" ? "" : event.key);
      else if (row.wells[well]) show(well, state.hidden.has(well));
      else return;
      event.preventDefault();
    });
    // The wheel scrolls the page; it zooms where the picture is in use.
    stage.addEventListener("wheel", (event) => { if (!event.ctrlKey && document.activeElement !== stage) event.stopPropagation(); }, { capture: true });
    stage.addEventListener("mousedown", () => stage.focus({ preventScroll: true }), { capture: true });

    // Drawn when it is seen; of too many, the one out of sight that was drawn first gives way.
    async function open() {
      if (viewer) return;
      try {
        mol = await library();
        if (viewer) return;
        needWebGL();
        element.classList.add("crystal-drawn");
        viewer = mol.createViewer(stage, { orthographic: !state.perspective, disableFog: true, antialias: true, upscale: false, backgroundColor: colour("--crystal-paper") });
        viewer.setSlab(-500, 500);
        viewer.setHoverDuration(80);
        viewer.setViewChangeCallback((view) => { state.view = view; mark(); });
        const kept = state.view;
        paint();
        if (kept) viewer.setView(kept);
        else fit(state.direction);
        live.push(handle);
        const spare = live.find((other) => other !== handle && !other.isSeen());
        if (live.length > MOST_VIEWS && spare) spare.release();
      } catch (error) {
        release();
        const rest = still.childElementCount ? "the picture shows the same." : "the table says what it would show.";
        status.textContent = "This browser cannot draw the crystal in 3-D (" + (error.message || error) + "); " + rest;
      }
    }
    function release() {
      const place = live.indexOf(handle);
      if (place >= 0) live.splice(place, 1);
      element.classList.remove("crystal-drawn");
      if (!viewer) return;
      viewer.setViewChangeCallback(null);
      const canvas = stage.querySelector("canvas");
      viewer.divwatcher?.disconnect();
      viewer.intwatcher?.disconnect();
      viewer = null;
      stage.replaceChildren();
      (canvas?.getContext("webgl2") || canvas?.getContext("webgl"))?.getExtension("WEBGL_lose_context")?.loseContext();
    }
    let seen = false;
    const handle = {
      release,
      redraw,
      isSeen: () => seen,
      camera: () => viewer && viewer.getView(),
      shownWells: () => row.wells.map((_, k) => k).filter((k) => !state.hidden.has(k)),
    };
    new IntersectionObserver((entries) => {
      seen = entries[entries.length - 1].isIntersecting;
      if (seen) open();
    }, { rootMargin: "100px" }).observe(element);
    new ResizeObserver(() => {
      if (viewer && stage.clientWidth && String(viewer.getView()) === state.home) fit(state.direction);
    }).observe(stage);
    views.push(handle);
    element.polyqwView = handle;
    return handle;
  };

  const views = [];
  const recolour = () => views.forEach((view) => view.redraw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  new MutationObserver(recolour).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const start = () => document.querySelectorAll(".crystal-view[data-row]").forEach((element) => {
    if (!element.polyqwView) window.polyqwView(element, JSON.parse(document.getElementById(element.dataset.row).textContent));
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
