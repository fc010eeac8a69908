// Sound as a WAV: whatever the browser can read, or its microphone gives, becomes one channel of 16 bits. So the branch
// reads one form alone. Pure but for `decoded`.

export const RATE = 24000;
const HEAD = 44;
const FULL = 32767;

/** The samples of a recording or a file in any form that this browser reads, RATE a second, one channel. Throws where it
    reads none.
    @param {ArrayBuffer} content
    @returns {Promise<Float32Array>} */
export async function decoded(content) {
  const whole = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(content);
  const mixing = new OfflineAudioContext(1, Math.max(1, Math.ceil(whole.duration * RATE)), RATE);
  const source = mixing.createBufferSource();
  source.buffer = whole;
  source.connect(mixing.destination);
  source.start();
  return (await mixing.startRendering()).getChannelData(0);
}

/** @param {Float32Array} samples -1 to 1
    @param {number} rate
    @returns {ArrayBuffer} */
export function asWav(samples, rate = RATE) {
  const made = new DataView(new ArrayBuffer(HEAD + 2 * samples.length));
  text(made, 0, "RIFF");
  made.setUint32(4, HEAD - 8 + 2 * samples.length, true);
  text(made, 8, "WAVEfmt ");
  made.setUint32(16, 16, true);
  made.setUint16(20, 1, true);
  made.setUint16(22, 1, true);
  made.setUint32(24, rate, true);
  made.setUint32(28, 2 * rate, true);
  made.setUint16(32, 2, true);
  made.setUint16(34, 16, true);
  text(made, 36, "data");
  made.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, n) => made.setInt16(HEAD + 2 * n, Math.max(-1, Math.min(1, sample)) * FULL, true));
  return made.buffer;
}

const text = (made, at, letters) => [...letters].forEach((letter, n) => made.setUint8(at + n, letter.charCodeAt(0)));
