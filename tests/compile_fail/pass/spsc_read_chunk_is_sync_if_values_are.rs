use ringway::spsc::ReadChunk;

fn assert_sync<T: Sync>() {}

fn main() {
    assert_sync::<ReadChunk<'_, '_, u8>>();
}
