//! Plots as SVG: lines over the days of a simulation.

use std::fmt::Write;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 130.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 40.0;
const COLORS: [&str; 4] = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd"];

/// A line: its name, and points by day.
pub type Line<'a> = (&'a str, Vec<(f64, f64)>);

/// Lines over days; the values begin at 0.
pub fn lines(title: &str, y_label: &str, series: &[Line<'_>]) -> String {
    let all = || series.iter().flat_map(|(_, points)| points);
    let (days, most) = all().fold((1.0_f64, 1e-9_f64), |(x, y), point| (x.max(point.0), y.max(point.1)));
    let across = |day: f64| LEFT + day / days * (WIDTH - LEFT - RIGHT);
    let up = |value: f64| HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM);
    let text = |x: f64, y: f64, text: &str, anchor: &str, color: &str| {
        format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{color}\">{text}</text>\n")
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    svg += &text(WIDTH / 2.0, 20.0, title, "middle", "#333");
    svg += &text(8.0, TOP - 10.0, y_label, "start", "#333");
    for step in 0..=4 {
        let value = most * f64::from(step) / 4.0;
        let (y, right) = (up(value), WIDTH - RIGHT);
        let label = if most >= 20.0 { format!("{value:.0}") } else { format!("{value:.2}") };
        let _ =
            writeln!(svg, "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>");
        svg += &text(LEFT - 6.0, y + 4.0, &label, "end", "#333");
    }
    let mut day = 0.0;
    while day <= days {
        svg += &text(across(day), HEIGHT - BOTTOM + 16.0, &format!("day {day}"), "middle", "#333");
        day += 1.0;
    }
    for (number, ((name, points), color)) in series.iter().zip(COLORS).enumerate() {
        let path: Vec<String> =
            points.iter().map(|&(x, y)| format!("{:.1},{:.1}", across(x), up(y))).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\"/>",
            path.join(" ")
        );
        svg += &text(WIDTH - RIGHT + 8.0, TOP + 14.0 * (number as f64 + 1.0), name, "start", color);
    }
    svg + "</svg>\n"
}
