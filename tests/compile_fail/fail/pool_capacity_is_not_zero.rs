//~ a pool holds at least one object: its capacity N must not be zero

use ringway::pool::Pool;

fn main() {
    drop(Pool::<u8, 0>::new([]));
}
