// The button that prints a page of codes: all of its pictures are there first. Without this file one prints by the browser's menu.

for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const pictures = [...document.querySelectorAll(".sheet-page")];
    for (const one of pictures) one.loading = "eager";
    await Promise.allSettled(pictures.map((one) => one.decode()));
    print();
  });
}
