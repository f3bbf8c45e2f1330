// Pictures that a friend sends: chosen, and made small enough as LINE does.

const LINE_TAKES = new Set(["image/jpeg", "image/png"]);
const AT_MOST = 10 * 1024 * 1024;
const LONGEST_SIDE = 2048;

/** Let the person choose pictures, or take one where there is a camera; none when none was chosen. */
export function chosenFiles(camera) {
  const field = document.createElement("input");
  field.type = "file";
  field.accept = "image/*";
  if (camera) field.capture = "environment";
  else field.multiple = true;
  return new Promise((settle) => {
    field.addEventListener("change", () => settle([...field.files]));
    field.addEventListener("cancel", () => settle([]));
    field.click();
  });
}

/** The picture as JPEG or PNG of at most 10 MB; as it is where it cannot be read, for the server to refuse. */
export async function asPicture(file) {
  if (LINE_TAKES.has(file.type) && file.size <= AT_MOST) return file;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((settle) => canvas.toBlob((blob) => settle(blob ?? file), "image/jpeg", 0.9));
}
