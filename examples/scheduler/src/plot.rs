//! The drawing of `--plot`: what each order does to short and to long jobs.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use plotters::prelude::*;

use crate::policy::Order;
use crate::simulate::Outcome;
use crate::workload::MEAN_JOB;

const SIZE: (u32, u32) = (900, 560);

/// A class of fewer jobs has no mean worth drawing.
const FEWEST: u64 = 50;

/// Urgent jobs are of any size: to short and long ones their orders do the same as first come,
/// first served.
fn colour(order: Order) -> Option<RGBColor> {
    match order {
        Order::FirstCome => Some(BLACK),
        Order::UrgentFirst | Order::UrgentFair => None,
        Order::ShortFirst => Some(BLUE),
        Order::ShortFair => Some(RGBColor(0, 130, 70)),
        Order::Shortest => Some(RED),
    }
}

/// How many times its own size a job of each class takes from its arrival to its end: size and
/// slowdown.
fn slowdowns(outcome: &Outcome) -> Vec<(f64, f64)> {
    let classes = outcome.by_size.iter().enumerate().filter(|(_, times)| times.jobs >= FEWEST);
    classes
        .map(|(class, times)| {
            let mean_size = times.mean_response() - times.mean_wait();
            // In the middle of its class, so that all curves have their points at the same places.
            let middle = (1u64 << class) as f64 * std::f64::consts::SQRT_2 / MEAN_JOB;
            (middle, times.mean_response() / mean_size)
        })
        .collect()
}

/// Draws the outcomes into the SVG file at `path`.
pub(crate) fn draw(title: &str, outcomes: &[(Order, Outcome)], path: &Path) -> Result<()> {
    // Drawn in memory first: the backend itself would swallow an error of writing the file.
    let mut svg = String::new();
    draw_into(&mut svg, title, outcomes)?;
    std::fs::write(path, svg).with_context(|| path.display().to_string())
}

fn draw_into(svg: &mut String, title: &str, outcomes: &[(Order, Outcome)]) -> Result<()> {
    let curve =
        |(order, outcome): &(Order, Outcome)| Some((order.name(), colour(*order)?, slowdowns(outcome)));
    let curves: Vec<_> = outcomes.iter().filter_map(curve).collect();
    let points = || curves.iter().flat_map(|(_, _, points)| points);
    let least = points().map(|&(size, _)| size).fold(f64::INFINITY, f64::min);
    let most = points().map(|&(size, _)| size).fold(0.0, f64::max);
    let slowest = points().map(|&(_, slowdown)| slowdown).fold(2.0, f64::max);

    // An axis without an extent would be drawn for ever.
    ensure!(least < most, "too few jobs to draw");

    let page = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    page.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&page)
        .margin(12)
        .caption(title, ("sans-serif", 18))
        .x_label_area_size(40)
        .y_label_area_size(64)
        .build_cartesian_2d((least..most * 1.05).log_scale(), (1.0..slowest * 1.2).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("size of the job, in mean jobs")
        .y_desc("from arrival to end, in times its size")
        .x_label_formatter(&|size| format!("{size:.3}"))
        .y_label_formatter(&|slowdown| format!("{slowdown:.0}"))
        .light_line_style(WHITE)
        .draw()?;
    for (name, colour, points) in &curves {
        let style = colour.stroke_width(2);
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .legend_area_size(30)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.3))
        .draw()?;
    page.present()?;
    Ok(())
}
