//! Stands between our poller and the mail host and notes when the host announced new mail, so that
//! latency begins with the server's own word.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};
use tokio_util::task::TaskTracker;

type Announced = Arc<Mutex<Vec<Instant>>>;

/// A running tap on 127.0.0.1.
#[derive(Debug)]
pub(crate) struct Tap {
    pub(crate) port: u16,
    announced: Announced,
}

impl Tap {
    /// Passes everything on to and from a port.
    pub(crate) async fn start(upstream: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let announced = Announced::default();
        let tracker = TaskTracker::new();
        let (noted, tasks) = (Arc::clone(&announced), tracker.clone());
        tracker.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", upstream)).await else {
                    continue;
                };
                client.set_nodelay(true).ok();
                server.set_nodelay(true).ok();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tasks.spawn(pass(from_client, to_server, None));
                tasks.spawn(pass(from_server, to_client, Some(Arc::clone(&noted))));
            }
        });
        Self { port, announced }
    }

    /// The first announcement since `since`.
    pub(crate) fn announced_since(&self, since: Instant) -> Option<Instant> {
        let announced = self.announced.lock().unwrap_or_else(PoisonError::into_inner);
        announced.iter().copied().find(|at| *at >= since)
    }
}

/// Copies until either side closes, noting each `* N EXISTS` (RFC 9051 section 7.4.1) that passes.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, noted: Option<Announced>) {
    let mut buffer = vec![0_u8; 64 * 1024];
    while let Ok(read) = from.read(&mut buffer).await {
        if read == 0 {
            break;
        }
        let passing = &buffer[..read];
        if let Some(noted) = &noted
            && passing.windows(9).any(|nine| nine == b" EXISTS\r\n")
        {
            noted.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        }
        if to.write_all(passing).await.is_err() {
            break;
        }
    }
    to.shutdown().await.ok();
}
