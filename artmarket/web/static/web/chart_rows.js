// Charts of named rows: intervals [name, middle, low, high] and waterfalls [name, change].
import { linearScale, logScale, shortNumber } from "./chart_scales.js";
import { node } from "./chart_nodes.js";

const ROW = 34;

function frame(data, width, rows, values) {
  const height = rows.length * ROW + 40;
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.title || data.y || document.body.dataset.chartValue });
  const left = Math.min(width * 0.36, 12 + Math.max(...rows.map((row) => breadth(String(row)))));
  const range = [left + 14, width - 64];
  const isLog = data.y_type === "log" && values.every((value) => value > 0);
  const x = isLog ? logScale(values, range) : linearScale(values, range, { count: Math.max(2, width / 130) });
  for (const tick of x.ticks) {
    node("line", { class: "grid", x1: x(tick), x2: x(tick), y1: 4, y2: height - 30 }, svg);
    node("text", { x: x(tick), y: height - 10, "text-anchor": "middle" }, svg, x.text(tick));
  }
  rows.forEach((row, index) => {
    const name = String(row);
    const label = node("text", { class: "value", x: left, y: middle(index) + 4, "text-anchor": "end" }, svg);
    const lines = inLines(name, left - 4);
    lines.forEach((line, at) => node("tspan", { x: left, dy: at ? 14 : lines.length > 1 ? -7 : 0 }, label, line));
    node("title", {}, label, name);
  });
  return { svg, x };
}

// One line or two, broken between words; what is longer than that ends in an ellipsis.
function inLines(name, room) {
  if (breadth(name) <= room) return [name];
  const fits = fitting(name, room);
  const space = name.lastIndexOf(" ", fits);
  const isWide = name.charCodeAt(fits) >= WIDE_FROM;
  if (space <= 0 && !isWide) return [`${name.slice(0, fitting(name, room - 10))}…`];
  const first = isWide ? name.slice(0, fits) : name.slice(0, space);
  const rest = name.slice(first.length).trimStart();
  return [first, breadth(rest) > room ? `${rest.slice(0, fitting(rest, room - 10))}…` : rest];
}

// Pixels of a text at 12 px, near enough: Chinese characters are as wide as they are high, and may end a line anywhere.
const WIDE_FROM = 0x2e80;
const breadth = (text) => [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) >= WIDE_FROM ? 12.4 : 7), 0);

function fitting(text, room) {
  let count = 0;
  while (count < text.length && breadth(text.slice(0, count + 1)) <= room) count += 1;
  return Math.max(1, count);
}

const middle = (index) => 8 + ROW * (index + 0.5);

export function drawIntervals(data, width) {
  const rows = data.series.flatMap((series, index) => series.points.map((point) => ({ point, index })));
  const values = rows.flatMap(({ point }) => point.slice(1).filter(Number.isFinite));
  const { svg, x } = frame(data, width, rows.map(({ point }) => point[0]), values);
  rows.forEach(({ point: [, centre, low, high], index }, row) => {
    const group = node("g", { class: `s${(index % 6) + 1}` }, svg);
    const y = middle(row);
    if (Number.isFinite(low) && Number.isFinite(high)) {
      node("line", { class: "whisker", x1: x(low), x2: x(high), y1: y, y2: y }, group);
      for (const end of [low, high]) node("line", { class: "whisker", x1: x(end), x2: x(end), y1: y - 5, y2: y + 5 }, group);
    }
    if (Number.isFinite(centre)) {
      node("circle", { class: "dot", cx: x(centre), cy: y, r: 6 }, group);
      const rightmost = Math.max(x(centre), Number.isFinite(high) ? x(high) : 0);
      node("text", { class: "value", x: rightmost + 10, y: y + 4 }, group, shortNumber(centre));
    }
  });
  return svg;
}

// Bars are changes, from level to level. Where 0 lies far off, the first and the last amount are dots: a bar cut short
// would say that they are small, and bars from 0 would flatten every change.
export function drawWaterfall(data, width) {
  const bars = waterfallBars(data);
  const cut = isCut(data);
  const values = bars.flatMap((bar) => (cut && bar.isTotal ? [bar.to] : [bar.from, bar.to]));
  const { svg, x } = frame(data, width, bars.map((bar) => bar.name), values);
  bars.forEach((bar, row) => {
    const group = node("g", { class: "s1" }, svg);
    const y = middle(row);
    const [low, high] = cut && bar.isTotal ? [x(bar.to), x(bar.to)] : [Math.min(x(bar.from), x(bar.to)), Math.max(x(bar.from), x(bar.to))];
    const tone = bar.isTotal ? "total" : bar.to < bar.from ? "down" : "up";
    if (cut && bar.isTotal) node("circle", { class: "dot total", cx: high, cy: y, r: 6 }, group);
    else node("rect", { class: `bar ${tone}`, x: low, y: y - 10, width: Math.max(1.5, high - low), height: 20 }, group);
    const sign = bar.change < 0 ? "" : "+";
    node("text", { class: "value", x: high + (cut && bar.isTotal ? 12 : 6), y: y + 4 }, group, bar.isTotal ? x.text(bar.change) : sign + shortNumber(bar.change));
    if (row + 1 < bars.length) node("line", { class: "link", x1: x(bar.to), x2: x(bar.to), y1: y + 10, y2: y + ROW - 10 }, group);
  });
  return svg;
}

// The running sum; payload.start [name, value] opens it and payload.total [name] closes it.
export function waterfallBars(data) {
  const bars = [];
  let level = 0;
  if (data.start) {
    level = data.start[1];
    bars.push({ name: data.start[0], from: 0, to: level, change: level, isTotal: true });
  }
  for (const [name, change] of data.series[0]?.points ?? []) {
    bars.push({ name, from: level, to: level + change, change });
    level += change;
  }
  if (data.total) bars.push({ name: data.total, from: 0, to: level, change: level, isTotal: true });
  return bars;
}

export function isCut(data) {
  const levels = waterfallBars(data).filter((bar) => !bar.isTotal).flatMap((bar) => [bar.from, bar.to]);
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  return levels.length > 0 && low > 2 * (high - low);
}
