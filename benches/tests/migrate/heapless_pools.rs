//! heapless::pool.

use super::*;

#[test]
fn a_pool_has_its_objects_from_the_start() {
    heapless::object_pool!(Theirs: u8);
    static OURS: Pool<u8, 2> = Pool::new([0; 2]);

    assert_eq!((Theirs.request().is_none(), OURS.len()), (true, 2));
    for _ in 0..2 {
        Theirs.manage(Box::leak(Box::new(ObjectBlock::new(0))));
    }
    let (theirs, ours) = ([Theirs.request(), Theirs.request()], [OURS.take(), OURS.take()]);
    assert!(theirs.iter().all(Option::is_some) && ours.iter().all(Option::is_some));
    assert!(Theirs.request().is_none() && OURS.take().is_none());
}

#[test]
fn an_object_that_is_dropped_returns_as_it_is() {
    heapless::object_pool!(Theirs: u8);
    static OURS: Pool<u8, 1> = Pool::new([1]);

    Theirs.manage(Box::leak(Box::new(ObjectBlock::new(1))));
    for value in 1..5 {
        let (mut theirs, mut ours) = (Theirs.request().unwrap(), OURS.take().unwrap());
        assert_eq!((*theirs, *ours), (value, value));
        *theirs += 1;
        *ours += 1;
    }
}

#[test]
fn a_box_of_a_pool_is_a_guard_with_a_new_value() {
    heapless::box_pool!(Theirs: String);
    static OURS: Pool<String, 1> = Pool::new([const { String::new() }; 1]);

    Theirs.manage(Box::leak(Box::new(BoxBlock::new())));
    for value in ["a", "b"] {
        let theirs = Theirs.alloc(value.to_string()).unwrap();
        let mut ours = OURS.take().unwrap();
        *ours = value.to_string();
        assert_eq!((theirs.as_str(), ours.as_str()), (value, value));
        assert_eq!(Theirs.alloc("rejected".into()).err(), Some("rejected".into()));
        assert!(OURS.take().is_none());
    }
    // Theirs dropped its value with the box; ours keeps it until the next holder overwrites it.
    assert_eq!(*OURS.take().unwrap(), "b");
}

#[test]
fn the_type_of_a_guard_names_no_pool() {
    heapless::object_pool!(First: u8);
    heapless::object_pool!(Second: u8);
    static OURS: [Pool<u8, 1>; 2] = [Pool::new([1]), Pool::new([2])];

    First.manage(Box::leak(Box::new(ObjectBlock::new(1))));
    Second.manage(Box::leak(Box::new(ObjectBlock::new(2))));
    let theirs: (Object<First>, Object<Second>) = (First.request().unwrap(), Second.request().unwrap());
    let ours: [Guard<'static, u8>; 2] = OURS.each_ref().map(|pool| pool.take().unwrap());
    assert_eq!([*theirs.0, *theirs.1], ours.each_ref().map(|guard| **guard));
}
