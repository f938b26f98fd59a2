// Draws every [data-chart] from its JSON: figure, key, SVG, and the same figures as a table.
//
// <div class="chart" data-chart="line|scatter|bar|interval|waterfall|matrix" data-series-id="ID"></div>
// payload: {title, x, y, unit, x_type: "time"|"year"|"number"|"log"|"category", y_type: "log"|"linear",
//           series: [{name, points: [[x, y], …]}]}; line points may be [x, y, low, high],
//           interval points are [name, middle, low, high], waterfall points [name, change] (+ start: [name, value], total: name),
//           matrix points [row, column, count]
import { drawAxes } from "./chart_axes.js";
import { drawMatrix } from "./chart_matrix.js";
import { element } from "./chart_nodes.js";
import { drawIntervals, drawWaterfall, isCut } from "./chart_rows.js";
import { fillTable } from "./chart_table.js";

const DRAW = {
  line: (...given) => drawAxes("line", ...given),
  scatter: (...given) => drawAxes("scatter", ...given),
  bar: (...given) => drawAxes("bar", ...given),
  interval: drawIntervals,
  waterfall: drawWaterfall,
  matrix: drawMatrix,
};

export function drawChart(place) {
  const source = document.getElementById(place.dataset.seriesId);
  const kind = place.dataset.chart;
  const data = source && readPayload(source.textContent, kind);
  place.replaceChildren();
  if (!data || !DRAW[kind] || !data.series.some((series) => series.points.length)) {
    element("p", { class: "muted" }, place, document.body.dataset.chartEmpty);
    return;
  }
  const figure = element("figure", {}, place);
  if (data.title) element("figcaption", {}, figure, data.title);
  addKeys(figure, data);
  const canvas = element("div", {}, figure);
  const readout = kind === "interval" || kind === "waterfall" ? null : element("p", { class: "readout", "aria-hidden": "true" }, figure);
  if (kind === "waterfall" && isCut(data)) element("p", { class: "note" }, figure, document.body.dataset.chartCut);
  addTable(figure, data, kind);
  const say = (text) => { readout.textContent = text; };
  let drawn = 0;
  const observer = new ResizeObserver(() => {
    const width = Math.round(place.clientWidth);
    if (!width || width === drawn) return;
    drawn = width;
    canvas.replaceChildren(DRAW[kind](data, width, say));
  });
  observer.observe(place);
}

function readPayload(text, kind) {
  const data = JSON.parse(text);
  const rows = kind === "interval" || kind === "waterfall";
  const x_type = rows ? "category" : data.x_type || "number";
  const number = (value) => (value === null || value === "" ? NaN : Number(value));
  const at = (value) => (x_type === "time" ? Date.parse(value) : x_type === "number" || x_type === "log" || x_type === "year" ? Number(value) : String(value));
  const series = (data.series || []).map((one) => ({
    name: one.name || "",
    points: one.points.map(([first, ...rest]) => (
      kind === "matrix" ? [String(first), String(rest[0]), number(rest[1])] : [at(first), ...rest.flat().map(number)]
    )),
  }));
  return { ...data, x_type, series };
}

function addKeys(figure, data) {
  const named = data.series.filter((series) => series.name);
  if (named.length < 2) return;
  const list = element("ul", { class: "keys" }, figure);
  data.series.forEach((series, index) => element("li", { class: `key s${(index % 6) + 1}` }, list, series.name));
}

function addTable(figure, data, kind) {
  const details = element("details", {}, figure);
  element("summary", {}, details, document.body.dataset.chartTable);
  const scroll = element("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": data.title || document.body.dataset.chartTable }, details);
  details.addEventListener("toggle", () => { if (details.open && !scroll.firstChild) fillTable(scroll, data, kind); });
}
