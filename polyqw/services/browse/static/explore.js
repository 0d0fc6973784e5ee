// A change in a form is asked of the server at once, which computes; the answer takes its place in the page.
for (const form of document.querySelectorAll("form[data-explore]")) {
  const answer = document.getElementById(form.dataset.explore);
  let waiting = 0;
  let running = null;
  const ask = async () => {
    if (running) running.abort();
    running = new AbortController();
    const words = new URLSearchParams(new FormData(form));
    const own = `${form.getAttribute("action")}?${words}`;
    words.set("part", "answer");
    answer.classList.add("busy");
    try {
      const found = await fetch(`${form.getAttribute("action")}?${words}`, { signal: running.signal });
      const text = await found.text();
      const refusal = new DOMParser().parseFromString(text, "text/html").querySelector("main [role=alert]");
      if (refusal) answer.replaceChildren(refusal); else answer.innerHTML = text;
      history.replaceState(null, "", own);
      answer.classList.remove("busy");
    } catch (error) {
      if (error.name !== "AbortError") { answer.textContent = "The server does not answer."; answer.classList.remove("busy"); }
    }
  };
  form.addEventListener("input", (event) => {
    const shown = form.querySelector(`output[for="${event.target.id}"]`);
    if (shown) shown.textContent = event.target.value;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
}
