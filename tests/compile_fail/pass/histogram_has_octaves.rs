use ringway::metrics::Histogram;

fn main() {
    drop(Histogram::new());
}
