// The map of a collection: points on a canvas to move, zoom, walk through and pick from with a lasso.
import { bins, inside, names, nearest } from "./map_points.js";

const STEP_PX = 60;
const ZOOM = 1.4;
const TOUCH_PX = 12;

for (const root of document.querySelectorAll("[data-map]")) start(root);

async function start(root) {
  const told = root.querySelector("[data-told]");
  try {
    const answer = await fetch(root.dataset.points, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const { points } = await answer.json();
    show(root, points);
  } catch {
    told.textContent = root.dataset.failed;
  }
}

function show(root, points) {
  const canvas = root.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const groups = grouped(root, points);
  const picked = new Set();
  const form = document.querySelector("[data-pick]");
  let view = { scale: 1, x: 0, y: 0 };
  let focus = null;
  let lasso = null;
  let lassoing = false;
  let frame = 0;

  const size = () => Math.min(canvas.clientWidth, canvas.clientHeight) / 2 - 14;
  const place = (point) => ({
    x: canvas.clientWidth / 2 + (point.x * size() + view.x) * view.scale,
    y: canvas.clientHeight / 2 - (point.y * size() - view.y) * view.scale,
  });
  const colours = () => {
    const style = getComputedStyle(canvas);
    const series = [1, 2, 3, 4, 5, 6].map((n) => style.getPropertyValue(`--series-${n}`).trim());
    return { series, rest: style.getPropertyValue("--line-strong").trim(), ink: style.getPropertyValue("--ink").trim() };
  };

  function draw() {
    frame = 0;
    const ratio = window.devicePixelRatio || 1;
    const { series, rest, ink } = colours();
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    pen.scale(ratio, ratio);
    const radius = Math.min(9, 3.2 * Math.sqrt(view.scale) + (points.length < 400 ? 1 : 0));
    for (const point of points) {
      const { x, y } = place(point);
      if (x < -9 || y < -9 || x > canvas.clientWidth + 9 || y > canvas.clientHeight + 9) continue;
      const group = groups.of(point);
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fillStyle = group < 0 ? rest : series[groups.series(group)];
      pen.globalAlpha = groups.opacity(group);
      pen.fill();
      pen.globalAlpha = 1;
      if (picked.has(point.id) || point === focus) {
        pen.lineWidth = point === focus ? 3 : 2;
        pen.strokeStyle = ink;
        pen.stroke();
      }
    }
    if (lasso) {
      pen.beginPath();
      for (const corner of lasso) pen.lineTo(corner.x, corner.y);
      pen.strokeStyle = ink;
      pen.lineWidth = 1.5;
      pen.setLineDash([5, 4]);
      pen.stroke();
      pen.setLineDash([]);
    }
  }
  const redraw = () => { frame ||= requestAnimationFrame(draw); };

  function zoom(factor, at = { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 }) {
    const scale = Math.max(0.8, Math.min(40, view.scale * factor));
    const middle = { x: at.x - canvas.clientWidth / 2, y: at.y - canvas.clientHeight / 2 };
    view = { scale, x: view.x + middle.x / scale - middle.x / view.scale, y: view.y + middle.y / scale - middle.y / view.scale };
    redraw();
  }
  function move(across, down) {
    view = { ...view, x: view.x + across / view.scale, y: view.y + down / view.scale };
    redraw();
  }
  function pick(ids, on) {
    for (const id of ids) on ? picked.add(id) : picked.delete(id);
    form.elements.works.value = [...picked].join(",");
    form.querySelector("[data-count]").textContent = picked.size;
    for (const button of form.querySelectorAll("button")) button.disabled = !picked.size;
    for (const box of document.querySelectorAll("[data-pick-one]")) box.checked = picked.has(Number(box.value));
    redraw();
  }

  const card = root.querySelector("[data-point-card]");
  let asked = 0;
  async function look(point) {
    if (point === focus) return;
    focus = point;
    redraw();
    const turn = ++asked;
    if (!point) { card.hidden = true; return; }
    await new Promise((next) => setTimeout(next, 120));
    if (turn !== asked) return;
    const answer = await fetch(root.dataset.card.replace("/0/", `/${point.id}/`));
    if (turn !== asked || !answer.ok) return;
    card.innerHTML = await answer.text();
    card.hidden = false;
  }

  const at = (event) => ({ x: event.offsetX, y: event.offsetY });
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    held = { ...at(event), moved: false };
    if (lassoing) lasso = [at(event)];
  });
  canvas.addEventListener("pointermove", (event) => {
    const here = at(event);
    if (lasso) { lasso.push(here); redraw(); return; }
    if (!held) { look(nearest(points, here, place, TOUCH_PX)); return; }
    held.moved ||= Math.hypot(here.x - held.x, here.y - held.y) > 4;
    if (held.moved) { move(here.x - held.x, here.y - held.y); Object.assign(held, here); }
  });
  canvas.addEventListener("pointerup", (event) => {
    if (lasso) pick(points.filter((point) => inside(place(point), lasso)).map((point) => point.id), true);
    else if (held && !held.moved) look(nearest(points, at(event), place, TOUCH_PX));
    lasso = held = null;
    redraw();
  });
  canvas.addEventListener("pointercancel", () => { lasso = held = null; redraw(); });
  canvas.addEventListener("dblclick", () => { if (focus) location.assign(card.querySelector("a")?.href ?? location.href); });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, at(event));
  }, { passive: false });

  const walk = (step) => {
    const order = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
    const next = order[(order.indexOf(focus) + step + order.length) % order.length];
    const { x, y } = place(next);
    if (x < 0 || y < 0 || x > canvas.clientWidth || y > canvas.clientHeight) move(canvas.clientWidth / 2 - x, canvas.clientHeight / 2 - y);
    look(next);
  };
  const home = () => { view = { scale: 1, x: 0, y: 0 }; redraw(); };
  const keys = {
    ArrowLeft: () => move(STEP_PX, 0), ArrowRight: () => move(-STEP_PX, 0), ArrowUp: () => move(0, STEP_PX), ArrowDown: () => move(0, -STEP_PX),
    "+": () => zoom(ZOOM), "=": () => zoom(ZOOM), "-": () => zoom(1 / ZOOM), 0: home, ".": () => walk(1), ",": () => walk(-1),
    Enter: () => { const link = focus && card.querySelector("a"); if (link) location.assign(link.href); },
    " ": () => { if (focus) pick([focus.id], !picked.has(focus.id)); }, Escape: () => { lasso = null; look(null); },
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  const acts = {
    in: () => zoom(ZOOM), out: () => zoom(1 / ZOOM), home,
    lasso: (button) => {
      lassoing = !lassoing;
      button.setAttribute("aria-pressed", String(lassoing));
      canvas.classList.toggle("lassoing", lassoing);
    },
  };
  for (const button of root.querySelectorAll("[data-act]")) button.addEventListener("click", () => acts[button.dataset.act](button));
  form.querySelector("[data-none]").addEventListener("click", () => pick([...picked], false));
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-pick-one]")) pick([Number(target.value)], target.checked);
  });
  new ResizeObserver(redraw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { legend(root, groups, colours()); redraw(); });
  legend(root, groups, colours());
  root.dataset.ready = points.length;
}

// How points fall into colours: an artist each for the six most frequent, or six equal parts of years or prices.
function grouped(root, points) {
  const { colour, others, unknown, until, from } = root.dataset;
  if (colour === "artist") return names(points, others);
  return bins(points, colour, { unknown, until, from });
}

function legend(root, groups, { series, rest }) {
  const list = root.querySelector("[data-legend]");
  list.replaceChildren(...groups.labels.map(({ label, group }) => {
    const item = document.createElement("li");
    const swatch = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    swatch.setAttribute("viewBox", "0 0 10 10");
    swatch.setAttribute("aria-hidden", "true");
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ cx: 5, cy: 5, r: 5, fill: group < 0 ? rest : series[groups.series(group)], "fill-opacity": groups.opacity(group) })) dot.setAttribute(name, value);
    swatch.append(dot);
    item.append(swatch, label);
    return item;
  }));
}
