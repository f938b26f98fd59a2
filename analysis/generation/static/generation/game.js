// The teaching page's running game: hangs ./game_play.js to the page's controls, and tells what happens.
import { drawCurves, drawField, palette } from "./game_drawing.js";
import { figuresOf } from "./game_figures.js";
import { Course, NEAR, observe } from "./game_observing.js";
import { Pen } from "./game_pen.js";
import { DEFAULTS, Game } from "./game_play.js";

const FRAME_MS = 24;
const FIGURES_MS = 500;
const FEWEST_DOTS = 8;
const root = document.querySelector("[data-game]");
const find = (name) => root.querySelector(`[data-${name}]`);
const form = find("settings");
const canvas = root.querySelector("canvas");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const format = (digits) => new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const [two, three, whole] = [format(2), format(3), format(0)];
const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

let game;
let courses;
let colours = palette();
let seed = 1;
let isRunning = false;
let told = { state: "", before: "" };
let [drawnAt, figuredAt] = [0, 0];

const pen = new Pen(canvas, (isFinished) => (isFinished ? restart() : draw()));
const isEmpty = () => form.elements.shape.value === "own" && pen.dots.length < FEWEST_DOTS;

// Rates and the penalty stand on a ruler of powers of ten; its left end means none for the penalty.
const power = (input) => (input.dataset.zero !== undefined && input.value === input.min ? 0 : 10 ** Number(input.value));
const valueOf = (input) => (input.dataset.scale === "power" ? power(input) : input.dataset.scale === "word" ? input.value : Number(input.value));
const inputs = () => [...form.elements].filter((input) => input.name);

function settings() {
  return Object.fromEntries(inputs().map((input) => [input.name, valueOf(input)]));
}

function setControls(wanted) {
  for (const input of inputs()) {
    if (!(input.name in wanted)) continue;
    const value = wanted[input.name];
    if (input.dataset.scale === "power") input.value = value > 0 ? Math.log10(value) : input.min;
    else input.value = String(value);
  }
}

function tellControls() {
  for (const input of inputs()) {
    const output = form.querySelector(`output[for="${input.id}"]`);
    if (!output) continue;
    output.textContent = input.dataset.scale === "power" ? power(input).toPrecision(1).replace(/^0\.0+$/, "0") : whole.format(input.value);
    if (input.dataset.scale === "power") input.setAttribute("aria-valuetext", output.textContent);
  }
}

function restart() {
  const { speed, ...wanted } = settings();
  pen.isOn = wanted.shape === "own";
  find("drawing").hidden = !pen.isOn;
  canvas.classList.toggle("is-drawn", pen.isOn);
  courses = { discriminator: new Course(), generator: new Course() };
  told = { state: "", before: "" };
  if (isEmpty()) {
    game = null;
    run(false);
    say("drawing");
  } else game = new Game(wanted, seed, pen.dots);
  for (const name of ["toggle", "step"]) find(name).disabled = game === null;
  fixedFigures();
  show(true);
}

function run(wanted) {
  isRunning = wanted && game !== null;
  find("toggle").textContent = isRunning ? find("toggle").dataset.pause : find("toggle").dataset.start;
  if (isRunning) requestAnimationFrame(frame);
}

function move() {
  const { discriminatorLoss, generatorLoss } = game.step();
  courses.discriminator.add(discriminatorLoss);
  courses.generator.add(generatorLoss);
}

function frame(now) {
  if (!isRunning) return;
  const until = performance.now() + FRAME_MS;
  for (let left = Number(form.elements.speed.value); left > 0 && performance.now() < until; left -= 1) move();
  if (!calm.matches || now - drawnAt > 1000) {
    drawnAt = now;
    show(now - figuredAt > FIGURES_MS);
    if (now - figuredAt > FIGURES_MS) figuredAt = now;
  }
  requestAnimationFrame(frame);
}

function draw() {
  const isOwn = pen.isOn;
  drawField(canvas, {
    colours,
    drawing: isOwn && (!game || game.steps === 0) ? pen.dots : [],
    pen: isOwn ? pen.at : null,
    opinion: game && ((points) => game.opinion(points)),
    training: game?.training,
    made: game?.shown(),
  });
}

function show(withFigures) {
  draw();
  if (!game) return;
  const [low, top] = drawCurves(find("curves"), courses);
  find("low").textContent = two.format(low);
  find("top").textContent = two.format(top);
  find("steps").textContent = whole.format(game.steps);
  find("discriminator-loss").textContent = two.format(courses.discriminator.smooth ?? game.last.discriminatorLoss);
  find("generator-loss").textContent = two.format(courses.generator.smooth ?? game.last.generatorLoss);
  find("gradient").textContent = game.steps ? three.format(game.last.generatorGradient) : "–";
  if (!withFigures) return;
  const seen = observe(game);
  for (const name of ["covered", "precise", "told"]) find(name).textContent = percent.format(seen[name]);
  fillRow("made", seen.made);
  // A state is said when it was seen twice, so that a passing moment is not read out.
  if (seen.state === told.before || game.steps === 0 || !isRunning) say(seen.state);
  told.before = seen.state;
}

function say(state) {
  if (state === told.state) return;
  told.state = state;
  root.dataset.state = state;
  const words = root.querySelector(`template[data-word="${state}"]`);
  find("told-now").replaceChildren(words.content.cloneNode(true));
}

function fillRow(name, points) {
  const row = root.querySelector(`[data-row=${name}]`);
  const found = figuresOf(points, game.training, game.heldOut, NEAR);
  row.querySelector("[data-frechet]").textContent = three.format(found.frechet);
  row.querySelector("[data-cover]").textContent = percent.format(found.covered);
  row.querySelector("[data-copied]").textContent = percent.format(found.copied);
}

function fixedFigures() {
  if (!game) return;
  fillRow("copies", game.training);
  fillRow("real", game.heldOut);
}

function setUp(wanted) {
  setControls({ ...DEFAULTS, ...wanted });
  tellControls();
  seed = 1;
  restart();
  canvas.focus({ preventScroll: true });
  root.scrollIntoView({ block: "start" });
}

const ACTS = {
  toggle: () => run(!isRunning),
  step: () => { run(false); move(); show(true); },
  reset: () => { seed += 1; restart(); },
  clear: () => pen.clear(),
};
const KEYS = { p: "toggle", s: "step", r: "reset" };

root.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act) ACTS[act]();
});
root.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, input:not([type=range])")) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act || (act !== "reset" && !game)) return;
  event.preventDefault();
  ACTS[act]();
});
form.addEventListener("input", (event) => {
  tellControls();
  if (event.target.name === "shape") restart();
  else if (game) Object.assign(game.settings, settings());
});
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-setup]");
  if (button) setUp(JSON.parse(button.dataset.setup));
});
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colours = palette(); draw(); });
calm.addEventListener("change", () => { find("calm").hidden = !calm.matches; });
new ResizeObserver(draw).observe(canvas);

find("calm").hidden = !calm.matches;
setControls(DEFAULTS);
tellControls();
restart();
