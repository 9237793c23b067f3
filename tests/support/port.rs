//! Ports for servers of the tests that must come back on the same one.

use std::net::TcpListener;

use rand::Rng;

/// Ports that no outgoing connection is given, so that the port is still free after a kill.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port of this machine that nobody listens on.
pub(crate) fn free() -> u16 {
    let mut random = rand::rng();
    let mut tries = (0..100).map(|_| random.random_range(PORTS));
    tries.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a free port")
}
