use ringway::priority::Priority;

fn main() {
    drop(Priority::<u8, 1, 4>::new());
}
