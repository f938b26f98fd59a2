// Charts of named rows: intervals [name, middle, low, high] and waterfalls [name, change].
import { linearScale, logScale, shortNumber } from "./chart_scales.js";
import { node } from "./chart_nodes.js";

const ROW = 34;

function frame(data, width, rows, values) {
  const height = rows.length * ROW + 40;
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.title || "" });
  const letters = Math.max(...rows.map((row) => String(row).length));
  const left = Math.min(width * 0.36, 12 + letters * 7.2);
  const range = [left + 14, width - 64];
  const isLog = data.y_type === "log" && values.every((value) => value > 0);
  const x = isLog ? logScale(values, range) : linearScale(values, range, { count: Math.max(2, width / 130) });
  for (const tick of x.ticks) {
    node("line", { class: "grid", x1: x(tick), x2: x(tick), y1: 4, y2: height - 30 }, svg);
    node("text", { x: x(tick), y: height - 10, "text-anchor": "middle" }, svg, x.text(tick));
  }
  const fits = Math.max(4, Math.floor(left / 7));
  rows.forEach((row, index) => {
    const name = String(row);
    const label = node("text", { class: "value", x: left, y: middle(index) + 4, "text-anchor": "end" }, svg);
    label.textContent = name.length > fits ? `${name.slice(0, fits - 1)}…` : name;
    node("title", {}, label, name);
  });
  return { svg, x };
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

export function drawWaterfall(data, width) {
  const bars = waterfallBars(data);
  const { svg, x } = frame(data, width, bars.map((bar) => bar.name), bars.flatMap((bar) => [bar.from, bar.to]));
  bars.forEach((bar, row) => {
    const group = node("g", { class: "s1" }, svg);
    const y = middle(row);
    const tone = bar.isTotal ? "total" : bar.to < bar.from ? "down" : "up";
    const [low, high] = [Math.min(x(bar.from), x(bar.to)), Math.max(x(bar.from), x(bar.to))];
    node("rect", { class: `bar ${tone}`, x: low, y: y - 10, width: Math.max(1.5, high - low), height: 20 }, group);
    const sign = bar.isTotal || bar.change < 0 ? "" : "+";
    node("text", { class: "value", x: high + 6, y: y + 4 }, group, sign + shortNumber(bar.change));
    if (row + 1 < bars.length) node("line", { class: "link", x1: x(bar.to), x2: x(bar.to), y1: y + 10, y2: y + ROW - 10 }, group);
  });
  return svg;
}

// The running sum; payload.start [name, value] opens it and payload.total [name] closes it.
function waterfallBars(data) {
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
  // Where the whole is far from zero, totals would flatten every change: they start at the scale's edge instead.
  const changes = bars.filter((bar) => !bar.isTotal);
  const low = Math.min(...changes.flatMap((bar) => [bar.from, bar.to]));
  const high = Math.max(...changes.flatMap((bar) => [bar.from, bar.to]));
  if (changes.length && low > 0 && low > 2 * (high - low)) {
    const edge = low - (high - low) * 0.15;
    for (const bar of bars) if (bar.isTotal) bar.from = edge;
  }
  return bars;
}
