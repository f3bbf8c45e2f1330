// The field of a value: the server says which, by the value's type: HTML's type of input, or `decimal`.

const MOMENT = "datetime-local"; // of a date_time: a T between day and time, where people write a space

/** How the input looks, and its content. */
export function typedInput(field, text) {
  const look = field === "decimal" ? { type: "text", inputMode: "decimal" } : { type: field };
  return { ...look, value: field === MOMENT ? text.replace(" ", "T") : text };
}

/** What was typed, as people write it. */
export const writtenOf = (field, text) => (field === MOMENT ? text.replace("T", " ") : text);
