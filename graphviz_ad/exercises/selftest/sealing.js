"use strict";
// What exercises/sealing.py seals: PBKDF2 (RFC 8018), marks of numbers.

// Word, salt and rounds → 32 bytes of PBKDF2 with HMAC-SHA-256.
function stretched(word, salt, rounds) {
  let secret = utf8(word);
  if (secret.length > 64) secret = sha256(secret);
  const pad = (byte) => {
    const block = new Uint8Array(64).fill(byte);
    secret.forEach((byte, i) => { block[i] ^= byte; });
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
