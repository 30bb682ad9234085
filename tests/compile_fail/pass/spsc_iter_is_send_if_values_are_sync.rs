use ringway::spsc::Iter;

fn assert_send<T: Send>() {}

fn main() {
    assert_send::<Iter<'_, '_, u8>>();
}
