//~ error[E0277]: the trait bound `Weighted<3>: Policy<2>` is not satisfied

use ringway::priority::{Priority, Weighted};

fn main() {
    let queue = Priority::<u8, 2, 4, _>::with_policy(Weighted::new([1; 3]));
    assert!(queue.pop().is_none());
}
