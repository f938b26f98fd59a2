// What is measured of points, as it is of pictures: how near two clouds are, how much is covered, how much is copied.

// Fréchet distance of two clouds [x, y, …] held to be normal: |difference of means|² + tr(A + B − 2 (A B)^½). FID is this
// of pictures' features. For 2 × 2 matrices tr((A B)^½) = √(tr AB + 2 √(det AB)).
export function frechet(one, other) {
  const [a, b] = [moments(one), moments(other)];
  const mean = (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
  const product = a.xx * b.xx + 2 * a.xy * b.xy + a.yy * b.yy;
  const dets = Math.max(0, (a.xx * a.yy - a.xy ** 2) * (b.xx * b.yy - b.xy ** 2));
  const root = Math.sqrt(Math.max(0, product + 2 * Math.sqrt(dets)));
  return Math.max(0, mean + a.xx + a.yy + b.xx + b.yy - 2 * root);
}

function moments(points) {
  const n = points.length / 2;
  let [x, y, xx, xy, yy] = [0, 0, 0, 0, 0];
  for (let k = 0; k < points.length; k += 2) [x, y] = [x + points[k] / n, y + points[k + 1] / n];
  for (let k = 0; k < points.length; k += 2) {
    const [dx, dy] = [points[k] - x, points[k + 1] - y];
    [xx, xy, yy] = [xx + (dx * dx) / n, xy + (dx * dy) / n, yy + (dy * dy) / n];
  }
  return { x, y, xx, xy, yy };
}

// How far points lie spread about their middle: root of the summed variances.
export function spread(points) {
  const { xx, yy } = moments(points);
  return Math.sqrt(xx + yy);
}

// From each point of one cloud to the nearest of another.
export function nearest(from, to) {
  const found = new Float64Array(from.length / 2);
  for (let k = 0; k < from.length; k += 2) {
    let least = Infinity;
    for (let j = 0; j < to.length; j += 2) least = Math.min(least, (from[k] - to[j]) ** 2 + (from[k + 1] - to[j + 1]) ** 2);
    found[k / 2] = Math.sqrt(least);
  }
  return found;
}

export const shareBelow = (values, limit) => values.filter((value) => value < limit).length / values.length;

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted.length % 2 ? sorted[(sorted.length - 1) / 2] : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
}

// For points against the training points: Fréchet distance; share of training points that one lies near to (coverage);
// share that lies nearer to a training point than half of the held-out points do (1/2 for new ones, 1 for copies).
export function figuresOf(points, training, heldOut, near) {
  return {
    frechet: frechet(points, training),
    covered: shareBelow(nearest(training, points), near),
    copied: shareBelow(nearest(points, training), median(nearest(heldOut, training))),
  };
}
