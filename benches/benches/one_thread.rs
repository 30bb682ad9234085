//! Push and pop in turn on one thread, by criterion: a second opinion on the paired figures.

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use ringway_benches::case::{self, Kind};
use ringway_benches::race::Cores;
use ringway_benches::roster::entrants;

fn one_thread(criterion: &mut Criterion) {
    let cores = Cores::available();
    let cases = case::spsc().into_iter().chain(case::mpmc());
    for case in cases.filter(|case| case.kind == Kind::OneThread) {
        let mut group = criterion.benchmark_group(case.name.replace('/', " "));
        for entry in entrants(&case) {
            let Some(Ok(_)) = entry.check(&case, &cores) else {
                eprintln!("{} fails the check and is left out", entry.name);
                continue;
            };
            group.bench_function(entry.name, |bencher| {
                bencher.iter_custom(|pairs| {
                    let lap = entry.time(&case, pairs, &cores);
                    lap.and_then(Result::ok).unwrap_or_default().time
                });
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20);
    targets = one_thread
}
criterion_main!(benches);
