//~ a histogram has at least one octave, and 62 reach to the end of a u64

use ringway::metrics::Histogram;

fn main() {
    drop(Histogram::<63>::with_octaves());
}
