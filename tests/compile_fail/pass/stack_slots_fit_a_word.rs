use ringway::stack::Stack;

fn main() {
    drop(Stack::<(), { (1 << 32) - 5 }>::new_boxed());
}
