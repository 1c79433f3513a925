// Charts: an element with data-chart="ID" draws the ECharts option in <script type="application/json" id="ID">.
// ECharts is fetched only by pages that hold a chart. Options are plain data; the few things JSON cannot say
// (number formats, patterns for an unfinished period) are named in the option and filled in here.

const PALETTE = ["#1a56d6", "#12877b", "#c07a00", "#7a4cc2", "#c4442f", "#2c8fb8", "#5f7a1f", "#7b879c"];
const INK = "#172033";
const INK_2 = "#4a5873";
const LINE = "#e1e7f0";

let library;

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.echarts;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const numberOf = (value) => (typeof value === "number" ? grouped.format(value) : (value ?? "—"));
const quiet = () => matchMedia("(prefers-reduced-motion: reduce)").matches || matchMedia("print").matches;

// The house's defaults below what the page says.
function dressed(option) {
  const axis = {
    axisLine: { lineStyle: { color: "#b9c4d6" } },
    axisTick: { show: false },
    axisLabel: { color: INK_2, fontSize: 12 },
    nameTextStyle: { color: INK_2, fontSize: 12 },
    splitLine: { lineStyle: { color: LINE } },
  };
  const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
  const dress = (value) =>
    list(value).map((one) => ({
      ...axis,
      ...one,
      axisLabel: {
        ...axis.axisLabel,
        ...(one.type === "value" || one.type === "log" ? { formatter: (v) => numberOf(v) } : {}),
        ...one.axisLabel,
      },
    }));
  const result = {
    color: PALETTE,
    animation: !quiet(),
    animationDuration: 300,
    ...option,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: INK, fontSize: 13, ...option.textStyle },
    aria: { enabled: true, ...option.aria },
  };
  if (option.xAxis) result.xAxis = dress(option.xAxis);
  if (option.yAxis) result.yAxis = dress(option.yAxis);
  if ((option.xAxis || option.yAxis) && !option.grid) {
    result.grid = { left: 8, right: 12, top: option.legend ? 40 : 28, bottom: 4, containLabel: true };
  }
  if (option.tooltip) {
    result.tooltip = {
      confine: true,
      appendToBody: false,
      valueFormatter: numberOf,
      textStyle: { color: INK, fontSize: 13 },
      ...option.tooltip,
    };
  }
  if (option.legend) {
    result.legend = { icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: INK_2 }, ...option.legend };
  }
  result.series = list(option.series).map((one) => {
    const series = { ...one, smooth: false }; // a curve between two months is an invention
    if (series.label && series.label.show && !series.label.formatter && series.type !== "map") {
      series.label = { color: INK, ...series.label, formatter: (p) => numberOf(Array.isArray(p.value) ? p.value.at(-1) : p.value) };
    }
    if (Array.isArray(series.data)) {
      series.data = series.data.map((point) =>
        point && typeof point === "object" && point.unfinished
          ? {
              ...point,
              itemStyle: {
                ...point.itemStyle,
                decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: "rgba(255,255,255,.75)" },
              },
            }
          : point,
      );
    }
    return series;
  });
  return result;
}

const seen = new ResizeObserver((entries) => {
  for (const entry of entries) {
    if (entry.contentRect.width > 0) entry.target.yfChart?.resize();
  }
});

async function draw(element) {
  if (element.yfChart || element.dataset.drawn) return;
  const source = document.getElementById(element.dataset.chart);
  if (!source) return;
  element.dataset.drawn = "1";
  try {
    const echarts = await load();
    const option = JSON.parse(source.textContent);
    for (const map of option.maps ?? []) {
      if (!echarts.getMap(map.name)) echarts.registerMap(map.name, await (await fetch(map.url)).json());
    }
    delete option.maps;
    const chart = echarts.init(element, null, { renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio) });
    element.yfChart = chart;
    const spoken = element.getAttribute("aria-label");
    chart.setOption(dressed(option));
    if (spoken) element.setAttribute("aria-label", spoken);
    // a point that carries its rows' address leads there
    chart.on("click", (event) => {
      if (event.data && event.data.url) location.href = event.data.url;
    });
    seen.observe(element);
  } catch (error) {
    console.warn("chart", element.id, error);
    element.textContent = document.getElementById("yf-words")?.dataset.chartFailed ?? "";
    element.dataset.failed = "1";
  }
}

export function drawAll(root = document) {
  for (const element of root.querySelectorAll("[data-chart]")) draw(element);
}

document.addEventListener("htmx:before:cleanup", (event) => {
  const chart = event.target.yfChart;
  if (chart) {
    seen.unobserve(event.target);
    chart.dispose();
    delete event.target.yfChart;
  }
});
document.addEventListener("htmx:after:swap", () => drawAll());
addEventListener("beforeprint", () => {
  for (const element of document.querySelectorAll("[data-chart]")) element.yfChart?.resize({ animation: { duration: 0 } });
});
addEventListener("afterprint", () => {
  for (const element of document.querySelectorAll("[data-chart]")) element.yfChart?.resize();
});
drawAll();
