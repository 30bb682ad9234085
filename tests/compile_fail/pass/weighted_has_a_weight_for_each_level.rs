use ringway::priority::{Priority, Weighted};

fn main() {
    let queue = Priority::<u8, 2, 4, _>::with_policy(Weighted::new([1; 2]));
    assert!(queue.pop().is_none());
}
