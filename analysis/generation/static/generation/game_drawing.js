// The field on its canvas (the discriminator's opinion, real and generated points) and the losses as curves of an SVG.
import { EDGE } from "./game_shapes.js";

const SHOWN = EDGE * 1.15;
const CELLS = 44;
const STRENGTH = 0.6;

export const toPixel = (value, side) => ((value + SHOWN) / (2 * SHOWN)) * side;
export const toValue = (pixel, side) => (pixel / side) * 2 * SHOWN - SHOWN;

const GRID = Float64Array.from({ length: CELLS * CELLS * 2 }, (_none, k) => {
  const cell = k >> 1;
  return k % 2 ? -toValue(Math.floor(cell / CELLS) + 0.5, CELLS) : toValue((cell % CELLS) + 0.5, CELLS);
});

// The theme's colours as [r, g, b]: of the ground, of what is real, of what was made, of ink.
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => {
    const hex = style.getPropertyValue(name).trim().slice(1);
    return [0, 2, 4].map((from) => parseInt(hex.slice(from, from + 2), 16));
  };
  return { ground: read("--paper"), real: read("--series-2"), made: read("--series-1"), ink: read("--ink") };
}

const css = ([red, green, blue], alpha = 1) => `rgb(${red} ${green} ${blue} / ${alpha})`;

export function drawField(canvas, { colours, opinion, training, made, drawing, pen }) {
  const side = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const brush = canvas.getContext("2d");
  brush.fillStyle = css(colours.ground);
  brush.fillRect(0, 0, side, side);
  if (opinion) shade(brush, side, opinion(GRID), colours);
  if (training) eachPoint(training, side, (x, y) => ring(brush, x, y, side, css(colours.real)));
  if (made) eachPoint(made, side, (x, y) => diamond(brush, x, y, side, css(colours.made), css(colours.ground)));
  for (const [x, y] of drawing) ring(brush, toPixel(x, side), toPixel(-y, side), side, css(colours.real));
  if (pen) cross(brush, toPixel(pen[0], side), toPixel(-pen[1], side), side, css(colours.ink));
}

function shade(brush, side, opinions, { ground, real, made }) {
  const small = new OffscreenCanvas(CELLS, CELLS);
  const picture = new ImageData(CELLS, CELLS);
  opinions.forEach((opinion, cell) => {
    const towards = opinion > 0.5 ? real : made;
    const share = STRENGTH * Math.abs(2 * opinion - 1);
    for (let part = 0; part < 3; part += 1) picture.data[4 * cell + part] = ground[part] + share * (towards[part] - ground[part]);
    picture.data[4 * cell + 3] = 255;
  });
  small.getContext("2d").putImageData(picture, 0, 0);
  brush.imageSmoothingEnabled = true;
  brush.drawImage(small, 0, 0, side, side);
}

function eachPoint(points, side, draw) {
  for (let k = 0; k < points.length; k += 2) draw(toPixel(points[k], side), toPixel(-points[k + 1], side));
}

function ring(brush, x, y, side, colour) {
  brush.strokeStyle = colour;
  brush.lineWidth = side / 320;
  brush.beginPath();
  brush.arc(x, y, side / 130, 0, 2 * Math.PI);
  brush.stroke();
}

function diamond(brush, x, y, side, colour, edge) {
  const reach = side / 95;
  brush.fillStyle = colour;
  brush.strokeStyle = edge;
  brush.lineWidth = side / 600;
  brush.beginPath();
  brush.moveTo(x - reach, y);
  brush.lineTo(x, y - reach);
  brush.lineTo(x + reach, y);
  brush.lineTo(x, y + reach);
  brush.closePath();
  brush.fill();
  brush.stroke();
}

function cross(brush, x, y, side, colour) {
  brush.strokeStyle = colour;
  brush.lineWidth = side / 240;
  brush.beginPath();
  for (const [dx, dy] of [[1, 0], [0, 1]]) {
    brush.moveTo(x - dx * (side / 30), y - dy * (side / 30));
    brush.lineTo(x + dx * (side / 30), y + dy * (side / 30));
  }
  brush.stroke();
}

// Curves of an SVG with <polyline data-curve>, <line data-level="value"> and texts for the ends of the axis.
export function drawCurves(svg, courses) {
  const [wide, high] = [320, 120];
  const levels = [...svg.querySelectorAll("[data-level]")];
  const values = Object.values(courses).flatMap((course) => course.values);
  const all = [...values, ...levels.map((line) => Number(line.dataset.level)), 0];
  const [low, top] = [Math.min(...all), Math.max(...all, 2)];
  const y = (value) => high - 4 - ((value - low) / (top - low)) * (high - 8);
  for (const line of levels) for (const end of ["y1", "y2"]) line.setAttribute(end, y(Number(line.dataset.level)).toFixed(1));
  for (const [name, { values: course }] of Object.entries(courses)) {
    const across = (place) => (course.length > 1 ? (place / (course.length - 1)) * wide : 0);
    const points = course.map((value, place) => `${across(place).toFixed(1)},${y(value).toFixed(1)}`);
    svg.querySelector(`[data-curve=${name}]`).setAttribute("points", points.join(" "));
  }
  return [low, top];
}
