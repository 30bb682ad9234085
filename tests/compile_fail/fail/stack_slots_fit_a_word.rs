//~ N + S is too large: a word cannot hold two slots
use ringway::stack::Stack;

fn main() {
    drop(Stack::<(), { (1 << 32) - 4 }>::new_boxed());
}
