"use strict";

/** The Gamma function, its logarithm, and the first two slopes of that, after Abramowitz and Stegun. */
const special = () => {
  const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];
  /** Sum over the Bernoulli numbers of Stirling's series, of which `term` gives each. */
  const stirling = (term) => bernoulli.reduce((sum, number, n) => sum + number * term(2 * n + 2), 0);
  /** 6.1.41 far from 0, by 6.1.15 and 6.1.17 everywhere. */
  const lgamma = (x) => {
    if (x === 1 || x === 2) return 0;
    if (Math.abs(x) === Infinity || (x <= 0 && Number.isInteger(x))) return Infinity;
    if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
    let far = x, steps = 1;
    for (; far < 10; far++) steps *= far;
    return (far - 0.5) * Math.log(far) - far + 0.5 * Math.log(2 * Math.PI) + stirling((n) => far ** (1 - n) / (n * (n - 1))) - Math.log(steps);
  };
  /** Γ itself: of whole numbers exact, else by its logarithm and the sign between the poles. */
  const gamma = (x) => {
    if (!Number.isInteger(x) || x <= 0 || x > 171) return Math.exp(lgamma(x)) * (x < 0 && !Number.isInteger(x) && Math.floor(x) % 2 ? -1 : 1);
    let product = 1;
    for (let factor = 2; factor < x; factor++) product *= factor;
    return product;
  };
  /** Digamma, the slope of the logarithm, by 6.3.5, 6.3.7 and 6.3.18. */
  const digamma = (x) => {
    if (x === 0) return 1 / x === Infinity ? -Infinity : Infinity;
    if (x < 0) return Number.isInteger(x) ? NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.floor(x)));
    let sum = 0, far = x;
    for (; far < 10; far++) sum -= 1 / far;
    return far === Infinity ? far : sum + Math.log(far) - 0.5 / far - stirling((n) => far ** -n / n);
  };
  /** Trigamma, the slope of digamma, by 6.4.6, 6.4.7 and 6.4.12. */
  const trigamma = (x) => {
    if (x <= 0) return Number.isInteger(x) ? Infinity : (Math.PI / Math.sin(Math.PI * (x - Math.floor(x)))) ** 2 - trigamma(1 - x);
    let sum = 0, far = x;
    for (; far < 10; far++) sum += 1 / (far * far);
    return far === Infinity ? 0 : sum + 1 / far + 0.5 / (far * far) + stirling((n) => far ** (-n - 1));
  };
  return { lgamma, gamma, digamma, trigamma };
};
