//! The plots: one panel per case, and the imbalance curve.

use core::fmt::Write as _;

use plotters::coord::ranged1d::SegmentValue;
use plotters::prelude::*;

use crate::harness::rounds::{Outcome, Series};
use crate::report::machine;

type Drawn<T> = Result<T, Box<dyn core::error::Error + Send + Sync>>;

const COLUMNS: usize = 2;
const PANEL: (u32, u32) = (560, 290);
const HEADER: u32 = 34;
pub(super) const TITLE: (&str, u32) = ("sans-serif", 15);
/// The size that plotters gives the labels of axes, 9.7 in SVG.
pub(super) const LABEL: (&str, u32) = ("sans-serif", 12);
pub(super) const RINGWAY: RGBColor = RGBColor(205, 70, 20);
pub(super) const PEERS: RGBColor = RGBColor(60, 90, 140);
/// Lines of the curve, in the order of the contenders after ringway.
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

/// Every case that is no point of the curve: a dot at the median and a line over the interval that
/// covers the true one.
pub(crate) fn panels(outcomes: &[Outcome]) -> Drawn<String> {
    let outcomes: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| outcome.case.imbalance().is_none()).collect();
    let rows = outcomes.len().div_ceil(COLUMNS);
    let size = (PANEL.0 * COLUMNS as u32, PANEL.1 * rows as u32 + HEADER);
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
        root.fill(&WHITE)?;
        let title = format!("ns per item, log scale, less is better. {}", machine::description());
        let root = root.titled(&title, TITLE)?;
        for (area, outcome) in root.split_evenly((rows, COLUMNS)).iter().zip(outcomes) {
            if !outcome.series.is_empty() {
                panel(area, outcome)?;
            }
        }
        root.present()?;
    }
    Ok(compact(&text))
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn panel(area: &Area<'_>, outcome: &Outcome) -> Drawn<()> {
    let mut series: Vec<&Series> = outcome.series.iter().collect();
    series.sort_by(|a, b| b.nanoseconds().median.total_cmp(&a.nanoseconds().median));
    let slowest = series[0].nanoseconds().high;
    let fastest = series[series.len() - 1].nanoseconds().low;
    let range = (fastest * 0.8)..(slowest * 1.6);

    let mut chart = ChartBuilder::on(area)
        .caption(&outcome.case.name, TITLE)
        .margin_right(16)
        .margin_bottom(6)
        .x_label_area_size(24)
        .y_label_area_size(150)
        .build_cartesian_2d(range.log_scale(), (0..series.len() - 1).into_segmented())?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(WHITE)
        .set_tick_mark_size(LabelAreaPosition::Left, 0)
        .y_labels(series.len())
        .y_label_formatter(&|row| match row {
            // The space keeps it off the axis, as no tick does.
            SegmentValue::CenterOf(row) => format!("{}\u{a0}", series[*row].name),
            _ => String::new(),
        })
        .x_label_formatter(&|value| {
            format!("{value:.3}").trim_end_matches(['0']).trim_end_matches('.').into()
        })
        .draw()?;
    for (row, series) in series.iter().enumerate() {
        let colour = if series.is_ringway() { RINGWAY } else { PEERS };
        let estimate = series.nanoseconds();
        let at = |x| (x, SegmentValue::CenterOf(row));
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

/// Time per item over which side is slower and by how much; `None` without such cases.
pub(crate) fn curve(outcomes: &[Outcome]) -> Drawn<Option<String>> {
    let mut points: Vec<(i32, &Outcome)> =
        outcomes.iter().filter_map(|outcome| Some((outcome.case.imbalance()?, outcome))).collect();
    let Some((_, any)) = points.first().copied() else {
        return Ok(None);
    };
    points.extend(outcomes.iter().filter(|outcome| outcome.case.is_balanced()).map(|outcome| (0, outcome)));
    points.sort_by_key(|&(work, _)| work);
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, (900, 520)).into_drawing_area();
        root.fill(&WHITE)?;
        let highest = points
            .iter()
            .flat_map(|(_, outcome)| &outcome.series)
            .map(|series| series.nanoseconds().median)
            .fold(0.0, f64::max);
        let mut chart = ChartBuilder::on(&root)
            .caption("Imbalance curve, capacity 1024, ns per u64", TITLE)
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
        for (place, line) in any.series.iter().enumerate() {
            let colour = if line.is_ringway() { RINGWAY } else { PALETTE[place % PALETTE.len()] };
            let values = points.iter().filter_map(|(work, outcome)| {
                let own = outcome.series.iter().find(|own| own.name == line.name)?;
                Some((*work, own.nanoseconds().median))
            });
            chart
                .draw_series(LineSeries::new(values, colour.stroke_width(2)).point_size(3))?
                .label(line.name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerLeft)
            .label_font(LABEL)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK)
            .draw()?;
        root.present()?;
    }
    Ok(Some(compact(&text)))
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
