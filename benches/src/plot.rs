//! The plots: one panel per case, and the imbalance curve.

use plotters::coord::ranged1d::SegmentValue;
use plotters::prelude::*;

use crate::machine;
use crate::rounds::{Outcome, Series};

type Drawn<T> = Result<T, Box<dyn core::error::Error + Send + Sync>>;

const COLUMNS: usize = 2;
const PANEL: (u32, u32) = (560, 290);
const HEADER: u32 = 34;
const OURS: RGBColor = RGBColor(205, 70, 20);
const OTHERS: RGBColor = RGBColor(60, 90, 140);
/// Lines of the curve, in the order of the contenders after ours.
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

/// Every case: a dot at the median and a line over the interval that covers the true one.
pub(crate) fn panels(outcomes: &[Outcome]) -> Drawn<String> {
    let rows = outcomes.len().div_ceil(COLUMNS);
    let size = (PANEL.0 * COLUMNS as u32, PANEL.1 * rows as u32 + HEADER);
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
        root.fill(&WHITE)?;
        let title = format!("ns per item, log scale, less is better. {}", machine::description());
        let root = root.titled(&title, ("sans-serif", 15))?;
        for (area, outcome) in root.split_evenly((rows, COLUMNS)).iter().zip(outcomes) {
            if !outcome.series.is_empty() {
                panel(area, outcome)?;
            }
        }
        root.present()?;
    }
    Ok(text)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn panel(area: &Area<'_>, outcome: &Outcome) -> Drawn<()> {
    let mut series: Vec<&Series> = outcome.series.iter().collect();
    series.sort_by(|a, b| b.nanoseconds().median.total_cmp(&a.nanoseconds().median));
    let slowest = series[0].nanoseconds().high;
    let fastest = series[series.len() - 1].nanoseconds().low;
    let range = (fastest * 0.8)..(slowest * 1.6);

    let mut chart = ChartBuilder::on(area)
        .caption(&outcome.case.name, ("sans-serif", 15))
        .margin_right(16)
        .margin_bottom(6)
        .x_label_area_size(24)
        .y_label_area_size(150)
        .build_cartesian_2d(range.log_scale(), (0..series.len() - 1).into_segmented())?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(WHITE)
        .y_labels(series.len())
        .y_label_formatter(&|row| match row {
            SegmentValue::CenterOf(row) => series[*row].name.into(),
            _ => String::new(),
        })
        .x_label_formatter(&|value| {
            format!("{value:.3}").trim_end_matches(['0']).trim_end_matches('.').into()
        })
        .draw()?;
    for (row, series) in series.iter().enumerate() {
        let colour = if series.is_ours() { OURS } else { OTHERS };
        let estimate = series.nanoseconds();
        let at = |x| (x, SegmentValue::CenterOf(row));
        chart.draw_series([PathElement::new(
            vec![at(estimate.low), at(estimate.high)],
            colour.stroke_width(2),
        )])?;
        chart.draw_series([Circle::new(at(estimate.median), 4, colour.filled())])?;
        let label = format!("{:.1}", estimate.median);
        chart.draw_series([Text::new(label, at(estimate.high * 1.05), ("sans-serif", 11))])?;
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
            .caption("Imbalance curve, capacity 1024, ns per u64", ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(44)
            .build_cartesian_2d(-8..8_i32, (1.0..highest * 1.2).log_scale())?;
        chart
            .configure_mesh()
            .x_desc("extra multiplications per item: producer slower < 0 < consumer slower")
            .light_line_style(WHITE)
            .draw()?;
        for (place, line) in any.series.iter().enumerate() {
            let colour = if line.is_ours() { OURS } else { PALETTE[place % PALETTE.len()] };
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
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK)
            .draw()?;
        root.present()?;
    }
    Ok(Some(text))
}
