// Counts by two names: rows are the truth, columns the answer, numbered as the rows where they are the same names.
// Points are [row, column, count]; a cell's shade is its share of the row.
import { node } from "./chart_nodes.js";
import { wholeNumber } from "./chart_scales.js";

const MOST_CELL = 44;
const TOP = 24;

export function drawMatrix(data, width, say) {
  const points = data.series[0].points;
  const rows = [...new Set(points.map((point) => point[0]))];
  const columns = [...new Set(points.map((point) => point[1]))];
  const longest = 18 + 6.8 * Math.max(...rows.map((name, row) => `${row + 1} ${name}`.length));
  const left = Math.min(longest, width * 0.42);
  const cell = Math.min(MOST_CELL, (width - left - 4) / columns.length);
  const svg = node("svg", { viewBox: `0 0 ${width} ${TOP + cell * rows.length + 8}`, role: "img", "aria-label": data.title || "" });
  rows.forEach((name, row) => label(svg, `${row + 1} ${name}`, left - 6, TOP + cell * (row + 0.5) + 4, left - 10));
  const step = Math.ceil(18 / cell);
  columns.forEach((name, column) => {
    if (column % step) return;
    const text = node("text", { x: left + cell * (column + 0.5), y: TOP - 7, "text-anchor": "middle" }, svg, rows.includes(name) ? String(rows.indexOf(name) + 1) : name);
    node("title", {}, text, name);
  });
  const totals = new Map(rows.map((row) => [row, points.filter((point) => point[0] === row).reduce((sum, point) => sum + point[2], 0)]));
  for (const [row, column, count] of points) {
    const place = { x: left + cell * columns.indexOf(column), y: TOP + cell * rows.indexOf(row), cell };
    draw(svg, { row, column, count, share: totals.get(row) ? count / totals.get(row) : 0 }, data, say, place);
  }
  svg.addEventListener("pointerleave", () => say(""));
  return svg;
}

function draw(svg, { row, column, count, share }, data, say, { x, y, cell }) {
  const group = node("g", { class: row === column ? "s3" : "s1" }, svg);
  const gap = cell > 8 ? 1 : 0;
  const box = node("rect", { class: "cell", x, y, width: cell - gap, height: cell - gap, "fill-opacity": share.toFixed(3) }, group);
  const text = `${row} → ${column}: ${wholeNumber(count, data.unit)}`;
  node("title", {}, box, text);
  box.addEventListener("pointerenter", () => say(text));
  if (count && cell >= 22) node("text", { class: share > 0.55 ? "value over" : "value", x: x + cell / 2, y: y + cell / 2 + 4, "text-anchor": "middle" }, group, String(count));
}

// A name in the room that it has; the whole of it when pointed at.
function label(svg, name, x, y, room) {
  const most = Math.max(4, Math.floor(room / 6.8));
  const text = node("text", { class: "value", x, y, "text-anchor": "end" }, svg, name.length > most ? `${name.slice(0, most - 1)}…` : name);
  node("title", {}, text, name);
}
