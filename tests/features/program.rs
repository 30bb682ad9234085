//! Both crates in one program.

pub fn forward() {
    while let Ok(key) = driver::keys().try_recv() {
        let _ = service::REQUESTS.try_send(key.to_string());
    }
}
