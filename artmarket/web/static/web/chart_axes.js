// Charts on two axes: line, scatter, bar.
import { bandScale, dateText, linearScale, logScale, timeScale, wholeNumber, yearScale } from "./chart_scales.js";
import { node } from "./chart_nodes.js";

const HEIGHT = 280;
const MARGIN = { top: 12, right: 14, bottom: 30 };

export function drawAxes(kind, data, width, say) {
  const points = data.series.flatMap((series) => series.points);
  const ys = points.flatMap((point) => point.slice(1).filter(Number.isFinite));
  const svg = node("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": data.title || data.y || document.body.dataset.chartValue });
  const positive = ys.every((value) => value > 0);
  const floor = HEIGHT - MARGIN.bottom;
  const y = data.y_type === "log" && positive
    ? logScale(ys, [floor, MARGIN.top])
    : linearScale(ys, [floor, MARGIN.top], { zero: kind === "bar" || data.zero === true });
  const left = 16 + 7.2 * Math.max(...y.ticks.map((tick) => y.text(tick).length));
  const x = xScale(kind, data, points, [left, width - MARGIN.right]);
  drawFrame(svg, x, y, { left, right: width - MARGIN.right, floor });
  const draw = { line: drawLine, scatter: drawDots, bar: drawBars }[kind];
  data.series.forEach((series, index) => {
    const group = node("g", { class: `s${(index % 6) + 1}` }, svg);
    draw(group, series, x, y, { index, count: data.series.length, base: y(Math.max(0, y.ticks[0])) });
  });
  follow(svg, data, x, y, { left, floor, width }, say);
  return svg;
}

function xScale(kind, data, points, range) {
  const count = Math.max(2, Math.floor((range[1] - range[0]) / 80));
  if (data.x_type === "category") return bandScale([...new Set(points.map((point) => point[0]))], range);
  const values = points.map((point) => point[0]);
  const edge = kind === "bar" ? (range[1] - range[0]) / (2 * Math.max(1, new Set(values).size)) : 8;
  const inner = [range[0] + edge, range[1] - edge];
  if (data.x_type === "time") return timeScale(values, inner, count);
  if (data.x_type === "year") return yearScale(values, inner, count);
  if (data.x_type === "log") return logScale(values, inner);
  return linearScale(values, inner, { count });
}

function drawFrame(svg, x, y, { left, right, floor }) {
  for (const tick of y.ticks) {
    node("line", { class: "grid", x1: left, x2: right, y1: y(tick), y2: y(tick) }, svg);
    node("text", { x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, svg, y.text(tick));
  }
  node("line", { class: "axis", x1: left, x2: right, y1: floor, y2: floor }, svg);
  for (const tick of x.ticks) {
    node("text", { x: x(tick), y: floor + 19, "text-anchor": "middle" }, svg, x.text(tick));
  }
}

function drawLine(group, series, x, y) {
  for (const stretch of bandStretches(series.points)) {
    const above = stretch.map((point) => `${x(point[0])},${y(point[3])}`);
    const below = stretch.map((point) => `${x(point[0])},${y(point[2])}`).reverse();
    if (stretch.length > 1) node("polygon", { class: "band", points: [...above, ...below].join(" ") }, group);
    else node("line", { class: "reach", x1: x(stretch[0][0]), x2: x(stretch[0][0]), y1: y(stretch[0][2]), y2: y(stretch[0][3]) }, group);
  }
  let path = "";
  let pen = "M";
  for (const [at, value] of series.points) {
    if (!Number.isFinite(value)) { pen = "M"; continue; }
    path += `${pen}${x(at).toFixed(1)},${y(value).toFixed(1)}`;
    pen = "L";
  }
  node("path", { class: "line", d: path }, group);
  if (series.points.length <= 40) drawDots(group, series, x, y, {}, "dot", 3);
}

// Points with a band that follow each other; a gap in the figures is a gap in the band.
function bandStretches(points) {
  const stretches = [[]];
  for (const point of points) {
    if (point.length >= 4 && point.slice(1, 4).every(Number.isFinite)) stretches.at(-1).push(point);
    else stretches.push([]);
  }
  return stretches.filter((stretch) => stretch.length);
}

function drawDots(group, series, x, y, _place, className = "scatter", radius = 4.5) {
  for (const [at, value] of series.points) {
    if (Number.isFinite(value)) node("circle", { class: className, cx: x(at).toFixed(1), cy: y(value).toFixed(1), r: radius }, group);
  }
}

function drawBars(group, series, x, y, { index, count, base }) {
  const places = series.points.map(([at]) => x(at));
  const apart = (Math.max(...places) - Math.min(...places)) / Math.max(1, places.length - 1);
  const room = x.width ? x.width * 0.72 : Math.max(2, (apart || 64) * 0.7);
  const wide = Math.max(1, Math.min(64, room / count));
  for (const [at, value] of series.points) {
    if (!Number.isFinite(value)) continue;
    const start = x(at) - (wide * count) / 2 + wide * index;
    node("rect", { class: "bar", x: start, width: Math.max(1, wide - 1), y: Math.min(y(value), base), height: Math.abs(base - y(value)) }, group);
  }
}

// The nearest point's figures under the pointer; the same figures are in the table for everybody else.
function follow(svg, data, x, y, { floor }, say) {
  const cursor = node("line", { class: "cursor", y1: MARGIN.top, y2: floor }, svg);
  const all = data.series.flatMap((series) => series.points.map((point) => ({ series, point, px: x(point[0]), py: y(point[1]) })));
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const ratio = svg.viewBox.baseVal.width / box.width;
    const at = { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio };
    let best = null;
    for (const item of all) {
      const far = (item.px - at.x) ** 2 + ((item.py - at.y) ** 2) / 9;
      if (Number.isFinite(far) && (best === null || far < best.far)) best = { ...item, far };
    }
    if (!best) return;
    cursor.setAttribute("x1", best.px);
    cursor.setAttribute("x2", best.px);
    cursor.style.visibility = "visible";
    say([xText(data, best.point[0]), best.series.name, wholeNumber(best.point[1], data.unit)].filter(Boolean).join(" · "));
  });
  svg.addEventListener("pointerleave", () => { cursor.style.visibility = "hidden"; say(""); });
}

export function xText(data, value) {
  return data.x_type === "time" ? dateText(value) : data.x_type === "number" || data.x_type === "log" ? wholeNumber(value) : String(value);
}
