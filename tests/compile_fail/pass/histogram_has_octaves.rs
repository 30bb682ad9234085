use ringway::metrics::Histogram;

fn main() {
    drop(Histogram::<62>::new());
}
