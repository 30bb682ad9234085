use ringway::pool::Pool;

fn main() {
    drop(Pool::new([1u8]));
}
