// Three curves of the last five minutes.
function makeChart(title, place, show) {
  const space = "http://www.w3.org/2000/svg", width = 300, height = 48;
  const card = element("div", "chart");
  const what = element("div", "what"), name = element("span", "", title), most = element("span", "most");
  const value = element("div", "value", "–");
  const picture = document.createElementNS(space, "svg"), area = document.createElementNS(space, "path"), curve = document.createElementNS(space, "path");
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("aria-hidden", "true");
  area.setAttribute("class", "area");
  curve.setAttribute("class", "curve");
  picture.append(area, curve);
  what.append(name, most);
  card.append(what, value, picture);
  byId("charts").append(card);
  let pointed = null;
  picture.addEventListener("pointermove", event => { pointed = event.offsetX / picture.clientWidth; drawNow(); });
  picture.addEventListener("pointerleave", () => { pointed = null; drawNow(); });

  function drawNow() {
    const samples = model.samples;
    if (samples.length === 0) return;
    const end = samples.at(-1)[0], begin = end - 300000;
    const top = Math.max(...samples.map(sample => sample[place])) || 1;
    const x = sample => width * (sample[0] - begin) / 300000;
    const y = sample => height - 2 - (height - 4) * sample[place] / top;
    const line = samples.map((sample, at) => `${at ? "L" : "M"}${x(sample).toFixed(1)} ${y(sample).toFixed(1)}`).join("");
    curve.setAttribute("d", line);
    area.setAttribute("d", `${line}L${width} ${height}L${x(samples[0]).toFixed(1)} ${height}Z`);
    const at = pointed === null ? null : begin + pointed * 300000;
    const shown = at === null ? samples.at(-1) : samples.reduce((best, sample) => Math.abs(sample[0] - at) < Math.abs(best[0] - at) ? sample : best);
    setText(value, show(shown[place], shown));
    setText(most, at === null ? `most ${show(top)}` : clock(shown[0]));
  }
  views.push(drawNow);
}
makeChart("Commits per s", 1, value => count(value >= 10 ? Math.round(value) : value));
makeChart("Latency", 2, value => value >= 1 ? `${value.toFixed(1)} ms` : `${Math.round(value * 1000)} µs`);
makeChart("Running", 3, value => count(value));
