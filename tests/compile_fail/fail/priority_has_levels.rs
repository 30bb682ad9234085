//~ a priority queue has at least one level: L must not be zero

use ringway::priority::Priority;

fn main() {
    drop(Priority::<u8, 0, 4>::new());
}
