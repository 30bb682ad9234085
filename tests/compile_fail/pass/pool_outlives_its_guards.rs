use ringway::pool::Pool;

fn main() {
    let pool = Pool::new([1]);
    let guard = pool.take();
    drop(guard);
    drop(pool);
}
