use ringway::spsc::Producer;

fn shorten<'long: 'short, 'short>(producer: Producer<'long, &'long str>) -> Producer<'short, &'long str> {
    producer
}

fn main() {
    let _ = shorten;
}
