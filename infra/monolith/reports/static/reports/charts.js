// Draws the columns of counts of a table over its times. The table stays beside its chart: it says the same to
// readers of screens, and without this script.
"use strict";

const COLORS = ["#1f6391", "#b3261e", "#2b7a3d", "#8a5a00", "#6a3d9a", "#3d6b6b"];
const HEIGHT = 250;

function columnOf(table, index) {
  return [...table.tBodies[0].rows].map((row) => {
    const value = row.cells[index].dataset.value;
    return value === undefined ? null : Number(value);
  });
}

function draw(place) {
  const table = document.getElementById(place.dataset.table);
  const times = [...table.tBodies[0].rows].filter((row) => row.dataset.at).map((row) => Number(row.dataset.at));
  if (times.length === 0) {
    place.remove();
    return;
  }
  const charted = [...table.tHead.rows[0].cells]
    .map((cell, index) => ({ label: cell.textContent.trim(), index, isCharted: "charted" in cell.dataset }))
    .filter((column) => column.isCharted)
    .map((column) => ({ ...column, values: columnOf(table, column.index) }))
    .filter((column, place) => place === 0 || column.values.some((value) => value));
  const color = getComputedStyle(document.body).color;
  const axis = { stroke: color, grid: { stroke: "rgba(128, 128, 128, 0.25)" } };
  const largest = Math.max(...charted[0].values);
  // Clicks are few beside impressions: what is below a twentieth of the first column has the axis on the right.
  const isSmall = (column) => Math.max(...column.values) * 20 < largest;
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    tzDate: (second) => uPlot.tzDate(new Date(second * 1000), place.dataset.zone),
    scales: { y: { range: (_, __, top) => [0, top || 1] }, small: { range: (_, __, top) => [0, top || 1] } },
    axes: [axis, { ...axis, size: 70 }, { ...axis, scale: "small", side: 1, size: 70, grid: { show: false } }],
    series: [
      { label: table.tHead.rows[0].cells[0].textContent.trim() },
      ...charted.map((column, number) => ({
        label: column.label,
        stroke: COLORS[number % COLORS.length],
        width: 2,
        dash: number % 2 ? [6, 4] : undefined,
        scale: isSmall(column) ? "small" : "y",
        points: { show: times.length < 2 },
      })),
    ],
  };
  const chart = new uPlot(options, [times, ...charted.map((column) => column.values)], place);
  place.style.height = "auto";
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
}

document.querySelectorAll(".report-chart").forEach(draw);
