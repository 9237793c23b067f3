//! The tests' own wire: what it does to those who talk over it.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::support::proxy::Proxy;

/// Longer than a word takes here, unless the wire is silent.
const A_WHILE: Duration = Duration::from_millis(200);

/// Somebody who says back whatever is said.
async fn echo() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                tokio::io::copy(&mut from, &mut to).await.ok();
            });
        }
    });
    port
}

async fn says_back(stream: &mut TcpStream) -> bool {
    let mut word = [0; 4];
    stream.write_all(b"word").await.is_ok() && stream.read_exact(&mut word).await.is_ok()
}

#[tokio::test]
async fn a_wire_passes_is_cut_falls_silent_refuses_and_heals() {
    let proxy = Proxy::to(echo().await).await;
    let connect = || TcpStream::connect(("127.0.0.1", proxy.port));
    let mut old = connect().await.expect("it listens");
    assert!(says_back(&mut old).await);
    proxy.cut();
    assert!(!says_back(&mut old).await, "it was cut");
    let mut old = connect().await.expect("it listens");
    assert!(says_back(&mut old).await, "a new one passes");
    proxy.fall_silent();
    assert!(timeout(A_WHILE, says_back(&mut old)).await.is_err(), "it is silent, and open");
    let mut new = connect().await.expect("it listens");
    assert!(timeout(A_WHILE, says_back(&mut new)).await.is_err(), "so is a new one");
    proxy.heal();
    assert!(!says_back(&mut old).await, "what was said is lost, and so is the connection");
    let mut old = connect().await.expect("it listens");
    assert!(says_back(&mut old).await);
    proxy.refuse();
    assert!(!says_back(&mut old).await, "it was cut");
    let until = std::time::Instant::now() + Duration::from_secs(5);
    while connect().await.is_ok() {
        assert!(std::time::Instant::now() < until, "nobody listens in the end");
    }
    proxy.heal();
    while connect().await.is_err() {
        assert!(std::time::Instant::now() < until, "somebody listens in the end");
    }
    proxy.slow_down(A_WHILE);
    let mut slow = connect().await.expect("it listens");
    assert!(timeout(A_WHILE, says_back(&mut slow)).await.is_err(), "twice as long, at least");
}
