use ringway::pool::Pool;

fn main() {
    let pool = Pool::new([[0u8; 4]]);
    let mut guard = pool.take().unwrap();
    let first = guard[0];
    guard[1] = 1;
    assert_eq!(first, 0);
}
