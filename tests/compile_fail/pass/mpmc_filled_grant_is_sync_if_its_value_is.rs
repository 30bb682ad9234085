use ringway::mpmc::FilledGrant;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<FilledGrant<'_, u8>>();
}
