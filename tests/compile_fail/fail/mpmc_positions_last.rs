//~ S is too large beside N: a word cannot count 2^24 pushes
use ringway::mpmc::Queue;

fn main() {
    drop(Queue::<(), 1, { 1 << 40 }>::new_boxed());
}
