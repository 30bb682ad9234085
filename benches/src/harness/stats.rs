//! Medians, and intervals from ranks: exact for any distribution, no resampling.

/// A median with the interval that covers the true one with at least 95 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// # Panics
/// When there is no value.
pub(crate) fn estimate(values: impl IntoIterator<Item = f64>) -> Estimate {
    let sorted = sorted(values);
    let cut = outside(sorted.len());
    Estimate { median: middle(&sorted), low: sorted[cut], high: sorted[sorted.len() - 1 - cut] }
}

pub(crate) fn geometric_mean(values: &[f64]) -> f64 {
    let logs: f64 = values.iter().map(|value| value.ln()).sum();
    (logs / values.len() as f64).exp()
}

fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<_> = values.into_iter().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => sorted[half],
        _ => (sorted[half - 1] + sorted[half]) / 2.0,
    }
}

/// How many values to leave out at each end. Each value lies below the true median with
/// probability one half, so the number below it is binomial.
fn outside(count: usize) -> usize {
    let mut probability = 0.5_f64.powi(count as i32);
    let mut tail = probability;
    let mut cut = 0;
    while cut + 1 < count / 2 {
        probability *= (count - cut) as f64 / (cut + 1) as f64;
        tail += probability;
        if tail > 0.025 {
            break;
        }
        cut += 1;
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(estimate([4.0, 1.0, 3.0, 2.0]).median, 2.5);
        assert_eq!(estimate([3.0, 1.0, 2.0]).median, 2.0);
    }

    #[test]
    fn ranks_outside_the_interval_match_the_tables_of_the_sign_test() {
        let cuts = [(6, 0), (10, 1), (12, 2), (20, 5), (24, 6), (50, 17)];
        for (count, cut) in cuts {
            assert_eq!(outside(count), cut, "{count} values");
        }
    }

    #[test]
    fn the_geometric_mean_of_reciprocals_is_one() {
        assert!((geometric_mean(&[0.25, 4.0]) - 1.0).abs() < 1e-12);
    }
}
