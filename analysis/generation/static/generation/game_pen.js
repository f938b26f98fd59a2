// The pupil's own drawing on the field: by pointer, or by arrow keys and Space for those who have none.
import { EDGE } from "./game_shapes.js";
import { toValue } from "./game_drawing.js";

const STRIDE = 0.12;
const MOST = 2000;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const inside = (value) => Math.max(-EDGE, Math.min(EDGE, value));

export class Pen {
  // changed(isFinished) is called while drawing, and when a stroke or dot is done.
  constructor(canvas, changed) {
    Object.assign(this, { canvas, changed, dots: [], at: null, isOn: false, isDown: false });
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.isDown && this.put(this.place(event)));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.finish());
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => { this.at = null; this.changed(false); });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [toValue(event.clientX - box.left, box.width), -toValue(event.clientY - box.top, box.height)].map(inside);
  }

  begin(event) {
    if (!this.isOn) return;
    this.isDown = true;
    this.canvas.setPointerCapture(event.pointerId);
    this.put(this.place(event));
  }

  put(place) {
    if (this.dots.length < MOST) this.dots.push(place);
    this.changed(false);
  }

  finish() {
    if (!this.isDown) return;
    this.isDown = false;
    this.changed(true);
  }

  key(event) {
    if (!this.isOn || event.ctrlKey || event.metaKey || event.altKey) return;
    this.at ??= [0, 0];
    if (MOVES[event.key]) {
      this.at = this.at.map((value, axis) => inside(value + STRIDE * MOVES[event.key][axis]));
      this.changed(false);
    } else if (event.key === " ") {
      this.dots.push(this.at);
      this.changed(true);
    } else return;
    event.preventDefault();
  }

  clear() {
    this.dots = [];
    this.changed(true);
  }
}
