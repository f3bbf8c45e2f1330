// A page that signs in and says what it knows; the tests ask its `liff` for the rest.
window.inits = JSON.parse(sessionStorage.getItem("inits") ?? "[]");
inits.push(location.pathname + location.search);
sessionStorage.setItem("inits", JSON.stringify(inits));
document.getElementById("shut").addEventListener("click", () => liff.closeWindow());
document.getElementById("code").addEventListener("input", (event) => {
  window.typed = event.target.value;
});
liff.init({ liffId: new URLSearchParams(location.search).get("liff") ?? "1650000001-mainPage" }).then(
  () => (document.getElementById("state").textContent = "ready"),
  (error) => (document.getElementById("state").textContent = `${error.code}: ${error.message}`),
);
