//~ every K-th pop: K must be 2 or more, and fit half a word

use ringway::priority::Fair;

fn main() {
    drop(Fair::<1>::new());
}
