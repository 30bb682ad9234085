//~ error[E0505]: cannot move out of `pool` because it is borrowed

use ringway::pool::Pool;

fn main() {
    let pool = Pool::new([1]);
    let guard = pool.take();
    drop(pool);
    drop(guard);
}
