"use strict";
// What exercises/sealing.py seals: SHA-256 (FIPS 180-4), PBKDF2 (RFC 8018), marks of numbers. A page of a file has no
// SubtleCrypto in some browsers, so the hash is our own.

const PRIMES = (() => {
  const found = [];
  for (let n = 2; found.length < 64; n++) if (found.every((p) => n % p)) found.push(n);
  return found;
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
    const one = h + s + (e & f ^ ~e & g) + ROUND[i] + W[i] | 0;
    const t = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
    const two = t + (a & b ^ a & c ^ b & c) | 0;
    h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
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

// Word, salt and rounds → 32 bytes of PBKDF2 with HMAC-SHA-256.
function stretched(word, salt, rounds) {
  let secret = utf8(word);
  if (secret.length > 64) secret = sha256(secret);
  const pad = (byte) => {
    const block = new Uint8Array(64).fill(byte);
    secret.forEach((one, i) => { block[i] ^= one; });
    const state = START.slice();
    compress(state, padded(block), 0);
    return state;
  };
  const inner = pad(0x36), outer = pad(0x5c), block = padded(new Uint8Array(32), 64);
  let state = hashed(inner.slice(), padded(joined(utf8(salt), [0, 0, 0, 1]), 64));
  const total = new Int32Array(8);
  for (let round = 0; round < rounds; round++) {
    if (round) {
      block.set(state);
      state = inner.slice();
      compress(state, block, 0);
    }
    block.set(state);
    state = outer.slice();
    compress(state, block, 0);
    for (let i = 0; i < 8; i++) total[i] ^= state[i];
  }
  return bytesOf(total);
}

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const tagOf = (key) => base64(sha256(joined(key, utf8("tag"))).slice(0, 9));

// Key and what `ciphered` made → the text.
function opened(key, blob) {
  const data = Uint8Array.from(atob(blob), (c) => c.charCodeAt(0));
  for (let n = 0; 32 * n < data.length; n++) {
    const stream = sha256(joined(key, [n >> 24 & 255, n >> 16 & 255, n >> 8 & 255, n & 255]));
    for (let i = 0; i < 32 && 32 * n + i < data.length; i++) data[32 * n + i] ^= stream[i];
  }
  return new TextDecoder().decode(data);
}

// Number, the share it may be off by, a place at which the grid of marks begins → its mark.
function markOf(number, share, begin) {
  const width = Math.log((1 + share) / (1 - share));
  return `${number < 0 ? "-" : "+"}${Math.floor(Math.log(Math.abs(number)) / width - begin / 8)}.${begin}`;
}
