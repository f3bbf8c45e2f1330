// The properties that LINE's reference names for each object; others are listed below the card.

const PLACED = ["position", "offsetTop", "offsetBottom", "offsetStart", "offsetEnd"];
const LETTERS = ["size", "color", "weight", "style", "decoration"];
const KNOWN = new Map(
  Object.entries({
    carousel: ["contents"],
    bubble: ["size", "direction", "header", "hero", "body", "footer", "styles", "action"],
    box: [
      ...PLACED, "layout", "contents", "backgroundColor", "borderColor", "borderWidth", "cornerRadius", "width", "maxWidth", "height", "maxHeight", "flex", "spacing", "margin",
      "paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd", "action", "justifyContent", "alignItems", "background",
    ],
    button: [...PLACED, "action", "flex", "margin", "height", "style", "color", "gravity", "adjustMode", "scaling"],
    image: [...PLACED, "url", "flex", "margin", "align", "gravity", "size", "aspectRatio", "aspectMode", "backgroundColor", "action", "animated"],
    video: ["url", "previewUrl", "altContent", "aspectRatio", "action"],
    icon: [...PLACED, "url", "margin", "size", "scaling", "aspectRatio"],
    text: [...PLACED, ...LETTERS, "text", "contents", "adjustMode", "flex", "margin", "scaling", "align", "gravity", "wrap", "lineSpacing", "maxLines", "action"],
    span: [...LETTERS, "text"],
    separator: ["margin", "color"],
    filler: ["flex"],
    spacer: ["size"],
  }).map(([type, names]) => [type, new Set([...names, "type"])]),
);

/** The names in `part` that LINE's reference does not have for its type; none where the type itself is unknown. */
export function strangeNames(part) {
  const known = KNOWN.get(part.type);
  return known ? Object.keys(part).filter((name) => !known.has(name)) : [];
}
