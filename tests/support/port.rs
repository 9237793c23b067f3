//! Ports for servers of the tests that must come back on the same one.

use std::{
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use rand::Rng;

/// Ports that no outgoing connection is given, so that the port is still free after a kill.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port of this machine that nobody listens on.
pub(crate) fn free() -> u16 {
    let mut random = rand::rng();
    let mut tries = (0..100).map(|_| random.random_range(PORTS));
    tries.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a free port")
}

pub(crate) fn is_listening(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// Waits until somebody listens; `log` says why nobody does.
pub(crate) fn await_listener(port: u16, log: impl Fn() -> String) {
    let until = Instant::now() + Duration::from_secs(30);
    while !is_listening(port) {
        assert!(Instant::now() < until, "nobody listens on port {port}: {}", log());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until nobody listens: the kernel takes killed processes down one after the other.
pub(crate) fn await_silence(port: u16) {
    let until = Instant::now() + Duration::from_secs(10);
    while is_listening(port) {
        assert!(Instant::now() < until, "somebody still listens on port {port}");
        std::thread::sleep(Duration::from_millis(1));
    }
}
