use ringway::stack::Stack;

fn main() {
    drop(Stack::<u8, 1>::new());
}
