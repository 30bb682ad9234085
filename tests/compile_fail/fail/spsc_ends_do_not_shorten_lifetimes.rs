//~ error: lifetime may not live long enough

use ringway::spsc::Producer;

fn shorten<'q, 'long: 'short, 'short>(producer: Producer<'q, &'long str>) -> Producer<'q, &'short str> {
    producer
}

fn main() {
    let _ = shorten;
}
