// A small multilayer perceptron with its derivatives written out: no library. Batches are Float64Array, row by row.
//
// layers: sizes such as [2, 32, 32, 1]; hidden units are tanh, the last layer is linear.
// forward → backward gives ∂loss/∂weights and ∂loss/∂inputs; slope gives ∂output/∂inputs;
// addSlopePenalty adds ∂(γ/2 · mean |∂output/∂inputs|²)/∂weights, by differentiating the slope once more.

export class Network {
  constructor(sizes, random) {
    this.sizes = sizes;
    this.layers = sizes.slice(1).map((outputs, place) => layer(sizes[place], outputs, random));
  }

  // Activations of every layer, the inputs first. inputs: n × sizes[0].
  forward(inputs, n) {
    const kept = [inputs];
    this.layers.forEach((one, place) => {
      const values = multiply(kept[place], one, n);
      if (place < this.layers.length - 1) for (let k = 0; k < values.length; k += 1) values[k] = Math.tanh(values[k]);
      kept.push(values);
    });
    return kept;
  }

  outputs(inputs, n) {
    return this.forward(inputs, n).at(-1);
  }

  // Adds ∂loss/∂weights to each layer's gradients (unless told not to) and returns ∂loss/∂inputs.
  backward(kept, gradient, n, { accumulate = true } = {}) {
    let down = gradient;
    for (let place = this.layers.length - 1; place >= 0; place -= 1) {
      const one = this.layers[place];
      if (accumulate) addGradients(one, kept[place], down, n);
      down = back(one, down, n);
      if (place > 0) for (let k = 0; k < down.length; k += 1) down[k] *= 1 - kept[place][k] ** 2;
    }
    return down;
  }

  // ∂output/∂inputs of a network with one output: n × sizes[0].
  slope(kept, n) {
    return this.backward(kept, new Float64Array(n).fill(1), n, { accumulate: false });
  }

  // γ/2 · mean |slope|² (its value is returned), with its derivative by the weights added to the gradients.
  // With v the slope held fixed, the derivative of |slope|²/2 is that of the output's change along v: the tangent.
  addSlopePenalty(kept, n, gamma) {
    const along = this.slope(kept, n);
    let square = 0;
    for (const value of along) square += value ** 2;
    const tangents = this.tangents(kept, along, n);
    this.backwardTangents(kept, tangents, new Float64Array(n).fill(gamma / n), n);
    return (gamma * square) / (2 * n);
  }

  // How every layer changes along a direction of the inputs: {before: of the sums, after: of the activations}.
  tangents(kept, along, n) {
    const found = [{ after: along }];
    this.layers.forEach((one, place) => {
      const before = multiply(found[place].after, one, n, { biased: false });
      const after = Float64Array.from(before);
      if (place < this.layers.length - 1) {
        for (let k = 0; k < after.length; k += 1) after[k] *= 1 - kept[place + 1][k] ** 2;
      }
      found.push({ before, after });
    });
    return found;
  }

  // Backward through the tangents: they hang on the weights directly and through the activations, by tanh'' = −2 h (1 − h²).
  backwardTangents(kept, tangents, gradient, n) {
    let byTangent = gradient;
    let byValue = new Float64Array(gradient.length);
    for (let place = this.layers.length - 1; place >= 0; place -= 1) {
      const one = this.layers[place];
      addGradients(one, tangents[place].after, byTangent, n, { biased: false });
      addGradients(one, kept[place], byValue, n);
      if (place === 0) return;
      const downTangent = back(one, byTangent, n);
      const downValue = back(one, byValue, n);
      for (let k = 0; k < downTangent.length; k += 1) {
        const active = kept[place][k];
        const steep = 1 - active ** 2;
        downValue[k] = downValue[k] * steep - 2 * active * steep * tangents[place].before[k] * downTangent[k];
        downTangent[k] *= steep;
      }
      [byTangent, byValue] = [downTangent, downValue];
    }
  }

  // All weights, or all gradients, one array after the other: for the tests and the optimiser.
  arrays(name) {
    return this.layers.flatMap((one) => (name === "gradients" ? [one.weightGradients, one.biasGradients] : [one.weights, one.biases]));
  }

  clearGradients() {
    for (const each of this.arrays("gradients")) each.fill(0);
  }
}

function layer(inputs, outputs, random) {
  const spread = Math.sqrt(2 / (inputs + outputs));
  return {
    inputs,
    outputs,
    weights: Float64Array.from({ length: inputs * outputs }, () => spread * random.normal()),
    biases: new Float64Array(outputs),
    weightGradients: new Float64Array(inputs * outputs),
    biasGradients: new Float64Array(outputs),
  };
}

// values (n × inputs) · weights (inputs × outputs) + biases.
function multiply(values, { inputs, outputs, weights, biases }, n, { biased = true } = {}) {
  const sums = new Float64Array(n * outputs);
  for (let row = 0; row < n; row += 1) {
    const start = row * outputs;
    if (biased) sums.set(biases, start);
    for (let i = 0; i < inputs; i += 1) {
      const value = values[row * inputs + i];
      for (let o = 0; o < outputs; o += 1) sums[start + o] += value * weights[i * outputs + o];
    }
  }
  return sums;
}

// gradient (n × outputs) · weightsᵀ.
function back({ inputs, outputs, weights }, gradient, n) {
  const down = new Float64Array(n * inputs);
  for (let row = 0; row < n; row += 1) {
    for (let i = 0; i < inputs; i += 1) {
      let sum = 0;
      for (let o = 0; o < outputs; o += 1) sum += gradient[row * outputs + o] * weights[i * outputs + o];
      down[row * inputs + i] = sum;
    }
  }
  return down;
}

function addGradients({ inputs, outputs, weightGradients, biasGradients }, values, gradient, n, { biased = true } = {}) {
  for (let row = 0; row < n; row += 1) {
    for (let i = 0; i < inputs; i += 1) {
      const value = values[row * inputs + i];
      for (let o = 0; o < outputs; o += 1) weightGradients[i * outputs + o] += value * gradient[row * outputs + o];
    }
    if (biased) for (let o = 0; o < outputs; o += 1) biasGradients[o] += gradient[row * outputs + o];
  }
}

// Adam (Kingma and Ba, 2015). A short memory of the gradients suits a game whose aim moves.
export class Adam {
  constructor(network, { memory = 0.5, squares = 0.99 } = {}) {
    Object.assign(this, { network, memory, squares, steps: 0 });
    this.means = network.arrays("weights").map((each) => new Float64Array(each.length));
    this.spreads = network.arrays("weights").map((each) => new Float64Array(each.length));
  }

  // One step downhill; returns how steep the hill was: the length of the gradient.
  step(rate) {
    this.steps += 1;
    const [meanShare, squareShare] = [1 - this.memory ** this.steps, 1 - this.squares ** this.steps];
    const gradients = this.network.arrays("gradients");
    let length = 0;
    this.network.arrays("weights").forEach((weights, place) => {
      const [mean, spread, gradient] = [this.means[place], this.spreads[place], gradients[place]];
      for (let k = 0; k < weights.length; k += 1) {
        length += gradient[k] ** 2;
        mean[k] = this.memory * mean[k] + (1 - this.memory) * gradient[k];
        spread[k] = this.squares * spread[k] + (1 - this.squares) * gradient[k] ** 2;
        weights[k] -= (rate * mean[k]) / meanShare / (Math.sqrt(spread[k] / squareShare) + 1e-8);
      }
    });
    return Math.sqrt(length);
  }
}
