// A photo small enough to wait in the browser for the line, and to go in one request.

const SIDES = [1280, 960, 720, 480];
const QUALITY = 0.6;
const CHARACTERS_MAX = 60_000;

/** The picture as JPEG in base64; throws where the file is no picture.
    @param {File} file */
export async function smallPhoto(file) {
  const picture = await createImageBitmap(file);
  for (const side of SIDES) {
    const base64 = drawn(picture, side);
    if (base64.length <= CHARACTERS_MAX) return base64;
  }
  throw new Error("too large");
}

/** @param {ImageBitmap} picture
    @param {number} side the longer one at most, in pixels */
function drawn(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", QUALITY).split(",")[1];
}
