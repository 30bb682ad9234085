use ringway::mpmc::Taken;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<Taken<'_, u8>>();
}
