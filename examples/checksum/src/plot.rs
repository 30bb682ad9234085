//! The drawing of `--plot`: queue length over time, and below it the throughput.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::stats::{Report, Sample, mean_queue_len, stretches};

const SIZE: (u32, u32) = (900, 640);

/// Points per curve: samples in between are averaged.
const POINTS: usize = 150;

const DARK_GREEN: RGBColor = RGBColor(0, 120, 60);

const MEBIBYTE: f64 = 1024.0 * 1024.0;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A curve with its words.
struct Curve {
    title: &'static str,
    unit: &'static str,
    colour: RGBColor,
    /// Time in seconds and value.
    points: Vec<(f64, f64)>,
    top: f64,
}

/// Draws `report` into the SVG file at `path`.
pub(crate) fn draw(report: &Report, path: &Path) -> Result<(), Box<dyn Error>> {
    // Drawn in memory first: the backend itself would swallow an error of writing the file.
    let mut svg = String::new();
    draw_into(&mut svg, report)?;
    std::fs::write(path, svg)?;
    Ok(())
}

fn draw_into(svg: &mut String, report: &Report) -> Result<(), Box<dyn Error>> {
    let seconds = 0.0..report.elapsed().as_secs_f64().max(1e-3);
    let page = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    page.fill(&WHITE)?;
    let (upper, lower) = page.split_vertically(SIZE.1 / 2);
    draw_curve(&upper, seconds.clone(), &queue_length(report))?;
    draw_curve(&lower, seconds, &throughput(report))?;
    page.present()?;
    Ok(())
}

fn queue_length(report: &Report) -> Curve {
    let points = stretches(&report.samples, POINTS).filter_map(|stretch| {
        let at = stretch.first()?.at.as_secs_f64();
        Some((at, mean_queue_len(stretch)))
    });
    Curve {
        title: "Jobs waiting in the work queue (top: its capacity)",
        unit: "jobs",
        colour: BLUE,
        points: points.collect(),
        top: report.queue_capacity as f64,
    }
}

fn throughput(report: &Report) -> Curve {
    // The ends of neighbouring stretches, so that no byte is counted twice or lost.
    let ends: Vec<Sample> =
        stretches(&report.samples, POINTS).filter_map(|stretch| stretch.last().copied()).collect();
    let points: Vec<_> = ends
        .windows(2)
        .filter_map(|pair| match pair {
            [from, to] if to.at > from.at => {
                let rate = (to.bytes - from.bytes) as f64 / (to.at - from.at).as_secs_f64();
                Some((to.at.as_secs_f64(), rate / MEBIBYTE))
            }
            _ => None,
        })
        .collect();
    let highest = points.iter().map(|&(_, rate)| rate).fold(10.0, f64::max);
    Curve { title: "Throughput", unit: "MiB/s", colour: DARK_GREEN, points, top: highest * 1.05 }
}

fn draw_curve(area: &Area<'_>, seconds: Range<f64>, curve: &Curve) -> Result<(), Box<dyn Error>> {
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .caption(curve.title, ("sans-serif", 18))
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d(seconds, 0.0..curve.top)?;
    chart
        .configure_mesh()
        .x_desc("seconds")
        .y_desc(curve.unit)
        .y_labels(6)
        .y_label_formatter(&|value| format!("{value:.0}"))
        .light_line_style(WHITE)
        .draw()?;
    let points = curve.points.iter().copied();
    chart.draw_series(AreaSeries::new(points, 0.0, curve.colour.mix(0.2)).border_style(curve.colour))?;
    Ok(())
}
