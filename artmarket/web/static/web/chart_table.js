// The figures of a chart as a table: every row a place on the axis, every column a series, all of them named.
import { xText } from "./chart_axes.js";
import { element } from "./chart_nodes.js";
import { waterfallBars } from "./chart_rows.js";
import { wholeNumber } from "./chart_scales.js";

export function fillTable(place, data, kind) {
  const shape = { waterfall: steps, matrix: crossed }[kind] ?? (repeats(data) ? long : wide);
  const { head, rows } = shape(data);
  const table = element("table", { class: "data" }, place);
  const top = element("tr", {}, element("thead", {}, table));
  const isFigure = (column) => rows.some((row) => typeof row[column] === "number");
  head.forEach((word, column) => element("th", { scope: "col", ...(isFigure(column) && { class: "number" }) }, top, word));
  const body = element("tbody", {}, table);
  for (const [first, ...rest] of rows) {
    const row = element("tr", {}, body);
    element("th", { scope: "row" }, row, first);
    for (const cell of rest) {
      if (typeof cell === "number") element("td", { class: "number" }, row, wholeNumber(cell));
      else element("td", {}, row, cell);
    }
  }
}

const said = (word) => document.body.dataset[`chart${word}`] || "";
const placeWord = (data) => data.x || { time: said("Date"), year: said("Year") }[data.x_type] || said("Row");
const withUnit = (data, word) => (data.unit ? `${word} (${data.unit})` : word);
const valueWord = (data, series) => withUnit(data, series?.name || data.y || said("Value"));

// The columns of a series: its value, and the ends of its interval where it has them.
function columns(data, points, word) {
  const isBanded = points.some((point) => point.length >= 4);
  return isBanded ? [word, `${word}, ${said("Low")}`, `${word}, ${said("High")}`] : [word];
}

function repeats(data) {
  return data.series.some((series) => new Set(series.points.map((point) => point[0])).size < series.points.length);
}

function wide(data) {
  const parts = data.series.map((series) => {
    const names = columns(data, series.points, valueWord(data, series));
    return { names, known: new Map(series.points.map(([at, ...figures]) => [at, figures])) };
  });
  const places = [...new Set(data.series.flatMap((series) => series.points.map((point) => point[0])))];
  if (data.x_type !== "category") places.sort((one, other) => one - other);
  return {
    head: [placeWord(data), ...parts.flatMap((part) => part.names)],
    rows: places.map((at) => [
      xText(data, at),
      ...parts.flatMap(({ names, known }) => names.map((_, index) => known.get(at)?.[index] ?? NaN)),
    ]),
  };
}

// Where a series has several points at one place, each point is a row.
function long(data) {
  const all = data.series.flatMap((series) => series.points.map((point) => ({ series, point })));
  const named = data.series.length > 1;
  const names = columns(data, all.map(({ point }) => point), valueWord(data, named ? null : data.series[0]));
  return {
    head: [placeWord(data), ...(named ? [said("Series")] : []), ...names],
    rows: all.map(({ series, point: [at, ...figures] }) => [
      xText(data, at), ...(named ? [series.name] : []), ...names.map((_, index) => figures[index] ?? NaN),
    ]),
  };
}

function steps(data) {
  return {
    head: [placeWord(data), withUnit(data, said("Change")), withUnit(data, said("Level"))],
    rows: waterfallBars(data).map((bar) => [bar.name, bar.isTotal ? NaN : bar.change, bar.to]),
  };
}

function crossed(data) {
  const [{ points }] = data.series;
  const columns = [...new Set(points.map((point) => point[1]))];
  const rows = new Map(points.map(([row]) => [row, new Array(columns.length).fill(NaN)]));
  for (const [row, column, count] of points) rows.get(row)[columns.indexOf(column)] = count;
  return { head: [data.y || said("Row"), ...columns], rows: [...rows].map(([row, counts]) => [row, ...counts]) };
}
