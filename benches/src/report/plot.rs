//! The plots: a panel per case and state, and the imbalance curve.

use core::fmt::Write as _;

use plotters::coord::ranged1d::SegmentValue;
use plotters::prelude::*;

use crate::harness::case::Case;
use crate::harness::entry;
use crate::harness::line::State;
use crate::report::machine;
use crate::report::record::{Record, Row};

pub(crate) type Drawn<T> = Result<T, Box<dyn core::error::Error + Send + Sync>>;

const PANEL: (u32, u32) = (560, 290);
const HEADER: u32 = 34;
const CHART: (u32, u32) = (700, 520);
pub(super) const TITLE: (&str, u32) = ("sans-serif", 15);
/// The size that plotters gives the labels of axes, 9.7 in SVG.
pub(super) const LABEL: (&str, u32) = ("sans-serif", 12);
pub(super) const RINGWAY: RGBColor = RGBColor(205, 70, 20);
pub(super) const PEERS: RGBColor = RGBColor(60, 90, 140);
/// Lines of the curve, in the order of the contenders' names.
const PALETTE: [RGBColor; 9] = [
    RGBColor(31, 119, 180),
    RGBColor(44, 160, 44),
    RGBColor(148, 103, 189),
    RGBColor(140, 86, 75),
    RGBColor(227, 119, 194),
    RGBColor(127, 127, 127),
    RGBColor(188, 189, 34),
    RGBColor(23, 190, 207),
    RGBColor(160, 160, 220),
];

/// A state and what was measured in it.
pub(crate) type Measured<'a> = (State, &'a [Record]);

/// A row for every case that is no point of the curve, and a column for each state: a dot at the
/// median and a line over the interval that covers the true one.
pub(crate) fn panels(cases: &[Case], states: &[Measured<'_>]) -> Drawn<String> {
    let cases: Vec<&Case> = cases.iter().filter(|case| case.imbalance().is_none()).collect();
    let (rows, columns) = (cases.len(), states.len());
    let size = (PANEL.0 * columns as u32, PANEL.1 * rows as u32 + HEADER);
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
        root.fill(&WHITE)?;
        let title = format!("ns per item, log scale, less is better. {}", machine::description());
        let root = root.titled(&title, TITLE)?;
        let places = cases.iter().flat_map(|case| states.iter().map(move |state| (case, state)));
        for (area, (case, (state, records))) in root.split_evenly((rows, columns)).iter().zip(places) {
            let record = records.iter().find(|record| record.case == case.name);
            if let Some(record) = record.filter(|record| !record.rows.is_empty()) {
                panel(area, &format!("{}, {}", case.name, state.name()), &record.rows)?;
            }
        }
        root.present()?;
    }
    Ok(compact(&text))
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// The rows lie from the fastest to the slowest.
fn panel(area: &Area<'_>, title: &str, rows: &[Row]) -> Drawn<()> {
    let slowest = rows[rows.len() - 1].nanoseconds.high;
    let fastest = rows[0].nanoseconds.low;
    let range = (fastest * 0.8)..(slowest * 1.6);
    let from_below: Vec<&Row> = rows.iter().rev().collect();

    let mut chart = ChartBuilder::on(area)
        .caption(title, TITLE)
        .margin_right(16)
        .margin_bottom(6)
        .x_label_area_size(24)
        .y_label_area_size(150)
        .build_cartesian_2d(range.log_scale(), (0..rows.len() - 1).into_segmented())?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(WHITE)
        .set_tick_mark_size(LabelAreaPosition::Left, 0)
        .y_labels(rows.len())
        .y_label_formatter(&|row| match row {
            // The space keeps it off the axis, as no tick does.
            SegmentValue::CenterOf(row) => format!("{}\u{a0}", from_below[*row].queue),
            _ => String::new(),
        })
        .x_label_formatter(&|value| {
            format!("{value:.3}").trim_end_matches(['0']).trim_end_matches('.').into()
        })
        .draw()?;
    for (place, row) in from_below.iter().enumerate() {
        let colour = if row.is_ringway() { RINGWAY } else { PEERS };
        let estimate = row.nanoseconds;
        let at = |x| (x, SegmentValue::CenterOf(place));
        chart.draw_series([PathElement::new(
            vec![at(estimate.low), at(estimate.high)],
            colour.stroke_width(2),
        )])?;
        chart.draw_series([Circle::new(at(estimate.median), 4, colour.filled())])?;
        let label = format!("{:.1}", estimate.median);
        chart.draw_series([Text::new(label, at(estimate.high * 1.05), LABEL)])?;
    }
    Ok(())
}

/// Time per item over which side is slower and by how much, with a chart for each state in which
/// the whole curve was measured; `None` without such a state.
pub(crate) fn curve(cases: &[Case], states: &[Measured<'_>]) -> Drawn<Option<String>> {
    let charts: Vec<(State, Vec<Point<'_>>)> = states
        .iter()
        .filter_map(|&(state, records)| Some((state, points(cases, records)?)))
        .filter(|(_, points)| !points.is_empty())
        .collect();
    if charts.is_empty() {
        return Ok(None);
    }
    let mut text = String::new();
    {
        let size = (CHART.0 * charts.len() as u32, CHART.1);
        let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
        root.fill(&WHITE)?;
        for (area, (state, points)) in root.split_evenly((1, charts.len())).iter().zip(&charts) {
            draw_curve(area, *state, points)?;
        }
        root.present()?;
    }
    Ok(Some(compact(&text)))
}

/// The imbalance, and the times.
type Point<'a> = (i32, &'a [Row]);

/// The points of the curve from left to right; `None` if one is missing.
fn points<'a>(cases: &[Case], records: &'a [Record]) -> Option<Vec<Point<'a>>> {
    let place = |case: &Case| case.imbalance().or_else(|| case.is_balanced().then_some(0));
    let has_curve = cases.iter().any(|case| case.imbalance().is_some());
    let mut points: Vec<Point<'_>> = cases
        .iter()
        .filter(|_| has_curve)
        .filter_map(|case| Some((place(case)?, &case.name)))
        .map(|(place, name)| {
            records.iter().find(|record| record.case == *name).map(|record| (place, &*record.rows))
        })
        .collect::<Option<_>>()?;
    points.sort_by_key(|&(place, _)| place);
    Some(points)
}

fn draw_curve(area: &Area<'_>, state: State, points: &[Point<'_>]) -> Drawn<()> {
    let highest =
        points.iter().flat_map(|(_, rows)| *rows).map(|row| row.nanoseconds.median).fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(format!("Imbalance curve, capacity 1024, ns per u64, {}", state.name()), TITLE)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(44)
        .build_cartesian_2d(-8..8_i32, (1.0..highest * 1.2).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("extra multiplications per item: producer slower < 0 < consumer slower")
        .light_line_style(WHITE)
        .axis_desc_style(LABEL)
        .draw()?;
    // The same order, and so the same colours, in each state.
    let mut queues: Vec<&str> = points[0].1.iter().map(|row| row.queue.as_str()).collect();
    queues.sort_unstable();
    for (place, queue) in queues.into_iter().enumerate() {
        let is_ringway = entry::is_ringway(queue);
        let colour = if is_ringway { RINGWAY } else { PALETTE[place % PALETTE.len()] };
        let values = points.iter().filter_map(|(place, rows)| {
            let own = rows.iter().find(|row| row.queue == queue)?;
            Some((*place, own.nanoseconds.median))
        });
        chart
            .draw_series(LineSeries::new(values, colour.stroke_width(2)).point_size(3))?
            .label(queue)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerLeft)
        .label_font(LABEL)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK)
        .draw()?;
    Ok(())
}

/// The same picture in a third of the bytes: without attributes that say the default, and without
/// minor grid lines, which are white on white.
pub(super) fn compact(svg: &str) -> String {
    const DEFAULTS: [&str; 6] = [
        r#" opacity="1""#,
        r#" stroke="none""#,
        r#" stroke-width="1""#,
        r##" fill="#000000""##,
        r#" font-family="sans-serif""#,
        r#" font-size="9.7""#,
    ];
    let mut text = String::new();
    for line in svg.lines().filter(|line| !(line.starts_with("<line") && line.contains("#FFFFFF"))) {
        let short = DEFAULTS.iter().fold(with_short_size(line), |line, default| line.replace(default, ""));
        let _ = writeln!(text, "{short}");
    }
    text.replacen("<svg", r#"<svg font-family="sans-serif" font-size="9.7""#, 1)
}

/// Rounds the size of the font.
fn with_short_size(line: &str) -> String {
    const ATTRIBUTE: &str = r#"font-size=""#;
    let rounded = || {
        let (before, rest) = line.split_once(ATTRIBUTE)?;
        let (size, after) = rest.split_once('"')?;
        Some(format!(r#"{before}{ATTRIBUTE}{:.1}"{after}"#, size.parse::<f64>().ok()?))
    };
    rounded().unwrap_or_else(|| line.into())
}
