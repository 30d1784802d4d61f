"use strict";
// SHA-256 (FIPS 180-4). A page of a file has no SubtleCrypto in some browsers, so the hash is our own.

const PRIMES = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  return primes;
})();
const bits = (x) => (x - Math.floor(x)) * 2 ** 32 | 0;
const ROUND = Int32Array.from(PRIMES, (p) => bits(Math.cbrt(p)));
const START = Int32Array.from(PRIMES.slice(0, 8), (p) => bits(Math.sqrt(p)));
const W = new Int32Array(64);

// State and 16 words at `from` → the state, changed in place.
function compress(state, words, from) {
  for (let i = 0; i < 16; i++) W[i] = words[from + i];
  for (let i = 16; i < 64; i++) {
    const a = W[i - 15], b = W[i - 2];
    const s = (a >>> 7 | a << 25) ^ (a >>> 18 | a << 14) ^ a >>> 3;
    const t = (b >>> 17 | b << 15) ^ (b >>> 19 | b << 13) ^ b >>> 10;
    W[i] = W[i - 16] + s + W[i - 7] + t | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
    const first = h + s + (e & f ^ ~e & g) + ROUND[i] + W[i] | 0;
    const t = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
    const second = t + (a & b ^ a & c ^ b & c) | 0;
    h = g; g = f; f = e; e = d + first | 0; d = c; c = b; b = a; a = first + second | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// Bytes → words with the padding, as if `before` bytes had come before.
function padded(bytes, before = 0) {
  const blocks = (bytes.length + 8 >> 6) + 1, words = new Int32Array(blocks * 16);
  bytes.forEach((byte, i) => { words[i >> 2] |= byte << 24 - 8 * (i & 3); });
  words[bytes.length >> 2] |= 0x80 << 24 - 8 * (bytes.length & 3);
  words[words.length - 1] = (before + bytes.length) * 8;
  return words;
}
function hashed(state, words) {
  for (let from = 0; from < words.length; from += 16) compress(state, words, from);
  return state;
}
function bytesOf(words) {
  return Uint8Array.from({ length: 4 * words.length }, (_, i) => words[i >> 2] >>> 24 - 8 * (i & 3));
}
const sha256 = (bytes) => bytesOf(hashed(START.slice(), padded(bytes)));
const utf8 = (text) => new TextEncoder().encode(text);
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
