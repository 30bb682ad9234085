//! Horizontal bars: one panel per figure, the same contenders in each.

use plotters::coord::ranged1d::SegmentValue;
use plotters::prelude::*;

use super::plot::{Drawn, LABEL, PEERS, RINGWAY, TITLE, compact};

const WIDTH: u32 = 560;
const BAR: u32 = 21;
/// Titles and the axis.
const FRAME: u32 = 70;
const HEADER: u32 = 34;

/// One figure of several contenders.
pub(crate) struct Panel<'a> {
    pub(crate) title: &'a str,
    /// From top to bottom.
    pub(crate) bars: Vec<Bar>,
}

pub(crate) struct Bar {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    pub(crate) is_ringway: bool,
}

/// The panels beside each other.
pub(crate) fn panels(title: &str, panels: &[Panel<'_>]) -> Drawn<String> {
    let rows = panels.iter().map(|panel| panel.bars.len()).max().unwrap_or_default();
    let size = (WIDTH * panels.len() as u32, BAR * rows as u32 + FRAME + HEADER);
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
        root.fill(&WHITE)?;
        let root = root.titled(title, TITLE)?;
        for (area, panel) in root.split_evenly((1, panels.len())).iter().zip(panels) {
            if !panel.bars.is_empty() {
                draw(area, panel)?;
            }
        }
        root.present()?;
    }
    Ok(compact(&text))
}

fn draw(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, panel: &Panel<'_>) -> Drawn<()> {
    // The chart counts from below.
    let bars: Vec<&Bar> = panel.bars.iter().rev().collect();
    let largest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(panel.title, TITLE)
        .margin_right(16)
        .margin_bottom(6)
        .x_label_area_size(24)
        .y_label_area_size(150)
        .build_cartesian_2d(0.0..largest.max(1.0) * 1.12, (0..bars.len() - 1).into_segmented())?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(WHITE)
        .set_tick_mark_size(LabelAreaPosition::Left, 0)
        .y_labels(bars.len())
        .y_label_formatter(&|row| match row {
            SegmentValue::CenterOf(row) => format!("{}\u{a0}", bars[*row].name),
            _ => String::new(),
        })
        .x_label_formatter(&|value| format!("{value:.0}"))
        .draw()?;
    for (row, bar) in bars.iter().enumerate() {
        let colour = if bar.is_ringway { RINGWAY } else { PEERS };
        let mut rectangle = Rectangle::new(
            [(0.0, SegmentValue::Exact(row)), (bar.value, SegmentValue::Exact(row + 1))],
            colour.filled(),
        );
        rectangle.set_margin(3, 3, 0, 0);
        chart.draw_series([rectangle])?;
        let label = if bar.value < 10.0 { format!("{:.1}", bar.value) } else { format!("{:.0}", bar.value) };
        let place = (bar.value + largest * 0.01, SegmentValue::CenterOf(row));
        chart.draw_series([Text::new(label, place, LABEL)])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_contender_is_named_in_each_panel() {
        let bar = |name, value| Bar { name, value, is_ringway: false };
        let panel = || Panel { title: "a figure", bars: vec![bar("one", 0.0), bar("other", 12.0)] };
        let svg = panels("two figures", &[panel(), panel()]).unwrap();
        assert_eq!(svg.matches("other").count(), 2);
        assert!(svg.contains("0.0") && svg.contains("12"));
    }
}
