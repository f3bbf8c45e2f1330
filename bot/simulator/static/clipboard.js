// The clipboard, where the browser lets us.

/** Put a text on the clipboard; false where the browser refuses. */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
