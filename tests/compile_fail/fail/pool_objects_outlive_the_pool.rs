//~ error[E0505]: cannot move out of `text` because it is borrowed

use ringway::pool::{Guard, Pool};

fn main() {
    let pool = Pool::<&str, 1>::new([""]);
    let mut guard: Guard<'_, &str> = pool.take().unwrap();
    let text = String::from("short");
    *guard = &text;
    drop(guard);
    drop(text);
    drop(pool);
}
