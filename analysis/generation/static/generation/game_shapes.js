// What the pupil lets the game learn: points in the square from −2 to 2, as [x, y].
export const EDGE = 2;
const TURN = 2 * Math.PI;
const around = (angle, radius) => [radius * Math.cos(angle), radius * Math.sin(angle)];
const blurred = ([x, y], spread, chance) => [x + spread * chance.normal(), y + spread * chance.normal()];

export const SHAPES = {
  cloud: (chance) => blurred([0.5, 0.4], 0.32, chance),
  two: (chance) => blurred(chance.below(2) ? [1, 0.7] : [-1, -0.7], 0.18, chance),
  eight: (chance) => blurred(around((chance.below(8) / 8) * TURN, 1.3), 0.07, chance),
  ring: (chance) => blurred(around(chance.uniform() * TURN, 1.2), 0.08, chance),
  spiral: (chance) => {
    const along = Math.sqrt(chance.uniform());
    return blurred(around(along * 1.6 * TURN, 0.24 + 1.24 * along), 0.05, chance);
  },
};

// count points of a shape; of a drawing ([[x, y], …]) points near its dots.
export function pointsOf(name, count, chance, drawing = []) {
  const draw = name === "own" ? (dice) => blurred(drawing[dice.below(drawing.length)], 0.04, dice) : SHAPES[name];
  return Float64Array.from(Array.from({ length: count }, () => draw(chance)).flat());
}
