// At the till: the camera reads a code where the browser can (https://wicg.github.io/shape-detection-api/). Without this file one
// types, or a scanner does.

const EACH = 200; // milliseconds between two looks
const FORMATS = ["qr_code", "code_128"];

const form = document.querySelector("[data-till]");
const [field, start, view, refused] = ["input[name=code]", "[data-scan]", "[data-view]", "[data-refused]"].map((one) => form.querySelector(one));
const video = view.querySelector("video");
let stream = null;

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  const known = await BarcodeDetector.getSupportedFormats();
  return FORMATS.some((one) => known.includes(one));
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  view.hidden = true;
  start.hidden = false;
}

async function scan() {
  refused.hidden = true;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
  } catch {
    stop();
    refused.hidden = false;
    return;
  }
  start.hidden = true;
  view.hidden = false;
  look(new BarcodeDetector({ formats: FORMATS }));
}

async function look(detector) {
  if (!stream) return;
  const [found] = await detector.detect(video).catch(() => []);
  if (!stream) return;
  if (!found) return void setTimeout(() => look(detector), EACH);
  stop();
  field.value = found.rawValue;
  form.requestSubmit();
}

start.addEventListener("click", scan);
view.querySelector("[data-stop]").addEventListener("click", stop);
addEventListener("pagehide", stop);
if (await canScan()) start.hidden = false;
