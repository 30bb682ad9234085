use ringway::pool::{Guard, Pool};

fn main() {
    let pool = Pool::<&str, 1>::new([""]);
    let mut guard: Guard<'_, &str> = pool.take().unwrap();
    let text = String::from("short");
    *guard = "long";
    drop(guard);
    drop(pool);
    drop(text);
}
