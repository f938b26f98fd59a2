// What happens in the game now, as a word that the page has a sentence for, and the numbers that it rests on.
import { nearest, shareBelow, spread } from "./game_figures.js";

export const NEAR = 0.24;
const WARM_UP = 40;

export function observe(game) {
  const made = game.shown();
  const [onReal, onMade] = [game.opinion(game.training), game.opinion(made)];
  const facts = {
    covered: shareBelow(nearest(game.training, made), NEAR),
    precise: shareBelow(nearest(made, game.training), NEAR),
    wide: spread(made) / spread(game.training),
    // Balanced accuracy of the judge: 1/2 is guessing.
    told: (1 - shareBelow(onReal, 0.5) + shareBelow(onMade, 0.5)) / 2,
  };
  return { ...facts, made, state: stateOf(game.steps, facts) };
}

export function stateOf(steps, { covered, precise, wide, told }) {
  if (steps === 0) return "waiting";
  if (steps < WARM_UP) return "beginning";
  if (wide < 0.35 && covered < 0.4) return "collapse";
  if (precise > 0.7 && covered < 0.6) return "partial";
  if (covered > 0.85 && precise > 0.8 && told < 0.62) return "draw";
  if (told > 0.8) return "discriminator";
  if (told < 0.42) return "generator";
  return "contest";
}

// A course of numbers for a curve: smoothed, and thinned by half whenever it grows long, so that a game may last.
export class Course {
  constructor(most = 240) {
    Object.assign(this, { most, every: 1, seen: 0, smooth: null, values: [] });
  }

  add(value) {
    this.smooth = this.smooth === null ? value : 0.9 * this.smooth + 0.1 * value;
    if (this.seen % this.every === 0) this.values.push(this.smooth);
    this.seen += 1;
    if (this.values.length <= this.most) return;
    this.values = this.values.filter((_value, place) => place % 2 === 0);
    this.every *= 2;
  }
}
