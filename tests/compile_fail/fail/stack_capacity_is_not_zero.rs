//~ a stack holds at least one value: its capacity N must not be zero

use ringway::stack::Stack;

fn main() {
    drop(Stack::<u8, 0>::new());
}
