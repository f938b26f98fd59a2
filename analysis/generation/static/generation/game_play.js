// The adversarial game itself: a generator makes points from noise, a discriminator tells them from real ones (Goodfellow
// and others, 2014). Each learns by gradient descent on its own loss; the losses are those of the page's formula.
import { Chance } from "./game_chance.js";
import { Adam, Network } from "./game_network.js";
import { pointsOf } from "./game_shapes.js";

export const HIDDEN = 32;
export const NOISE = 2;
export const BATCH = 64;
export const TRAINING_POINTS = 300;

export const DEFAULTS = {
  shape: "ring",
  generatorRate: 0.002,
  discriminatorRate: 0.004,
  moves: 1, // of the discriminator for one of the generator; 0.2: one for five
  rule: "helpful", // the generator's loss: "helpful" −log D(G(z)), or "formula" log(1 − D(G(z)))
  penalty: 0.02, // γ of the slope penalty on real and generated points
};

const sigmoid = (value) => 1 / (1 + Math.exp(-value));
const softplus = (value) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));

export class Game {
  constructor(settings = {}, seed = 1, drawing = []) {
    this.settings = { ...DEFAULTS, ...settings };
    this.chance = new Chance(seed);
    this.training = pointsOf(this.settings.shape, TRAINING_POINTS, this.chance, drawing);
    this.heldOut = pointsOf(this.settings.shape, TRAINING_POINTS, this.chance, drawing);
    this.generator = new Network([NOISE, HIDDEN, HIDDEN, 2], this.chance);
    this.discriminator = new Network([2, HIDDEN, HIDDEN, 1], this.chance);
    this.generatorAdam = new Adam(this.generator);
    this.discriminatorAdam = new Adam(this.discriminator);
    this.shownNoise = this.noise(TRAINING_POINTS);
    this.steps = 0;
    this.owed = 0;
    this.last = { discriminatorLoss: 2 * Math.log(2), generatorLoss: Math.log(2), generatorGradient: 0 };
  }

  noise(count) {
    return Float64Array.from({ length: count * NOISE }, () => this.chance.normal());
  }

  // Points that the generator makes of the same noise each time, so that one can follow them.
  shown() {
    return this.generator.outputs(this.shownNoise, TRAINING_POINTS);
  }

  // D(x) in [0, 1]: how surely the discriminator holds each point to be real.
  opinion(points) {
    return this.discriminator.outputs(points, points.length / 2).map(sigmoid);
  }

  // One move of the generator, after as many of the discriminator as it is owed.
  step() {
    this.owed += this.settings.moves;
    for (; this.owed >= 1 - 1e-9; this.owed -= 1) this.moveDiscriminator();
    this.moveGenerator();
    this.steps += 1;
    return this.last;
  }

  realBatch() {
    const batch = new Float64Array(BATCH * 2);
    for (let row = 0; row < BATCH; row += 1) {
      const from = 2 * this.chance.below(TRAINING_POINTS);
      batch.set(this.training.subarray(from, from + 2), 2 * row);
    }
    return batch;
  }

  moveDiscriminator() {
    const made = this.generator.outputs(this.noise(BATCH), BATCH);
    this.last.discriminatorLoss = discriminatorLoss(this.discriminator, this.realBatch(), made, this.settings.penalty);
    this.discriminatorAdam.step(this.settings.discriminatorRate);
  }

  moveGenerator() {
    const { loss } = generatorLoss(this.generator, this.discriminator, this.noise(BATCH), this.settings.rule);
    this.last.generatorLoss = loss;
    this.last.generatorGradient = this.generatorAdam.step(this.settings.generatorRate);
  }
}

// −mean log D(real) − mean log(1 − D(made)), without the penalty that is added to the gradients; these are set, not added.
export function discriminatorLoss(discriminator, real, made, penalty) {
  const n = real.length / 2;
  discriminator.clearGradients();
  let loss = 0;
  for (const [points, sign] of [[real, -1], [made, 1]]) {
    const kept = discriminator.forward(points, n);
    const logits = kept.at(-1);
    const gradient = logits.map((logit) => (sign * sigmoid(sign * logit)) / n);
    for (const logit of logits) loss += softplus(sign * logit) / n;
    discriminator.backward(kept, gradient, n);
    if (penalty > 0) discriminator.addSlopePenalty(kept, n, penalty);
  }
  return loss;
}

// The generator's loss on one batch of noise; its gradients are set through the discriminator, which learns nothing here.
export function generatorLoss(generator, discriminator, noise, rule) {
  const n = noise.length / NOISE;
  const kept = generator.forward(noise, n);
  const judged = discriminator.forward(kept.at(-1), n);
  const logits = judged.at(-1);
  const isHelpful = rule === "helpful";
  let loss = 0;
  for (const logit of logits) loss += (isHelpful ? softplus(-logit) : -softplus(logit)) / n;
  const gradient = logits.map((logit) => (isHelpful ? sigmoid(logit) - 1 : -sigmoid(logit)) / n);
  generator.clearGradients();
  generator.backward(kept, discriminator.backward(judged, gradient, n, { accumulate: false }), n);
  return { loss, made: kept.at(-1) };
}
