use ringway::pool::Guard;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Guard<'_, u8>>();
}
