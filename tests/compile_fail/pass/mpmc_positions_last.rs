use ringway::mpmc::Queue;

fn main() {
    drop(Queue::<(), 1, { (1 << 40) - 1 }>::new_boxed());
}
