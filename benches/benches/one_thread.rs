//! Push and pop in turn on one thread, by criterion: a second opinion on the paired figures.

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use ringway_benches::harness::case::{Case, Kind};
use ringway_benches::harness::cores::Cores;
use ringway_benches::harness::entry::Contenders;
use ringway_benches::targets::{mpmc, spsc};

fn one_thread(criterion: &mut Criterion) {
    family(criterion, spsc::cases(), spsc::contenders);
    family(criterion, mpmc::cases(), mpmc::contenders);
}

fn family(criterion: &mut Criterion, cases: Vec<Case>, contenders: Contenders) {
    let cores = Cores::available();
    for case in cases.into_iter().filter(|case| case.kind == Kind::OneThread) {
        let mut group = criterion.benchmark_group(case.name.replace('/', " "));
        for entry in contenders(&case) {
            let Some(Ok(_)) = entry.check(&case, &cores) else {
                eprintln!("{} fails the check and is left out", entry.name);
                continue;
            };
            group.bench_function(entry.name, |bencher| {
                bencher.iter_custom(|pairs| {
                    let sample = entry.time(&case, pairs, &cores);
                    sample.and_then(Result::ok).unwrap_or_default().time
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
