use ringway::priority::Fair;

fn main() {
    drop(Fair::<2>::new());
}
