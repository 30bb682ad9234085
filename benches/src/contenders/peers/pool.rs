//! Pools of objects.

use std::sync::{Mutex, Once, PoisonError};

use crossbeam_queue::ArrayQueue;
use heapless::pool::object::ObjectBlock;

use crate::interface::pool::{OBJECTS, Object, ObjectPool};

heapless::object_pool!(Objects: Object);

/// Its pools are types, so there is one for the whole program.
#[derive(Debug)]
pub(crate) struct HeaplessObjects;

impl ObjectPool for HeaplessObjects {
    const NAME: &'static str = "heapless object pool";

    fn new() -> Box<Self> {
        static FILLED: Once = Once::new();
        FILLED.call_once(|| {
            for _ in 0..OBJECTS {
                Objects.manage(Box::leak(Box::new(ObjectBlock::new(Object::default()))));
            }
        });
        Box::new(Self)
    }

    #[inline]
    fn with<O>(&self, run: impl FnOnce(&mut Object) -> O) -> Option<O> {
        Objects.request().map(|mut object| run(&mut object))
    }
}

/// What one builds of a queue: free objects, each on the heap.
pub(crate) type ArrayQueueOfBoxes = ArrayQueue<Box<Object>>;

impl ObjectPool for ArrayQueueOfBoxes {
    const NAME: &'static str = "ArrayQueue of boxes";

    fn new() -> Box<Self> {
        let queue = Self::new(OBJECTS);
        (0..OBJECTS).for_each(|_| queue.push(Box::default()).expect("there is room for all"));
        Box::new(queue)
    }

    #[inline]
    fn with<O>(&self, run: impl FnOnce(&mut Object) -> O) -> Option<O> {
        let mut object = self.pop()?;
        let output = run(&mut object);
        self.push(object).expect("there is room for all");
        Some(output)
    }
}

/// The same with a stack in a mutex.
pub(crate) type LockedStack = Mutex<Vec<Box<Object>>>;

impl ObjectPool for LockedStack {
    const NAME: &'static str = "Mutex<Vec<Box>>";

    fn new() -> Box<Self> {
        Box::new(Mutex::new((0..OBJECTS).map(|_| Box::default()).collect()))
    }

    #[inline]
    fn with<O>(&self, run: impl FnOnce(&mut Object) -> O) -> Option<O> {
        let mut object = self.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        let output = run(&mut object);
        self.lock().unwrap_or_else(PoisonError::into_inner).push(object);
        Some(output)
    }
}
