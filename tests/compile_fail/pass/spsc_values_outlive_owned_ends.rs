use ringway::spsc::BoxedQueue;

fn main() {
    let text = String::from("short-lived");
    let (mut producer, _consumer) = BoxedQueue::new(4).unwrap().into_split();
    producer.push(text).unwrap();
    std::thread::spawn(move || producer.len()).join().unwrap();
}
