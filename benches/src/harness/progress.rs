//! The bar on the terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of this length. `counts` is the part of its template between the bar and the message.
pub(crate) fn bar(length: usize, counts: &str) -> ProgressBar {
    ProgressBar::new(length as u64).with_style(
        ProgressStyle::with_template(&format!("{{bar:32}} {counts}  {{msg}}"))
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    )
}
