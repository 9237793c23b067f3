//! A wire between a process and its server that can be cut, fall silent, slow down or lead nowhere.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

use super::port;

/// What the wire does with what is said on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Passes,
    /// Takes connections and every octet, and says nothing: as a host behind a dead link.
    Silent,
    Slow(Duration),
    /// Nobody listens.
    Refuses,
}

#[derive(Debug, Clone, Copy)]
struct State {
    mood: Mood,
    /// Connections of an older one are closed.
    generation: u64,
    /// Connections of an older one say nothing any more.
    stranded: u64,
}

/// Serves until it is dropped.
pub(crate) struct Proxy {
    /// Where to connect instead.
    pub(crate) port: u16,
    state: Arc<watch::Sender<State>>,
}

impl Proxy {
    /// A wire to the server on `port`.
    pub(crate) async fn to(port: u16) -> Self {
        let own = port::free();
        let state = State { mood: Mood::Passes, generation: 0, stranded: 0 };
        let state = Arc::new(watch::Sender::new(state));
        let mut look = state.subscribe();
        let first = bind(own).await;
        tokio::spawn(async move { listen(first, own, port, &mut look).await });
        Self { port: own, state }
    }

    /// Closes all connections; new ones pass.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| state.generation += 1);
    }

    /// Old connections stay open and never say anything again; new ones pass: as when a router on the way
    /// was replaced.
    pub(crate) fn strand(&self) {
        self.state.send_modify(|state| state.stranded += 1);
    }

    /// Says nothing any more, in either direction, on old and new connections, until [`Proxy::heal`].
    pub(crate) fn fall_silent(&self) {
        self.become_(Mood::Silent);
    }

    /// Each piece takes longer, until [`Proxy::heal`].
    pub(crate) fn slow_down(&self, delay: Duration) {
        self.become_(Mood::Slow(delay));
    }

    /// Closes all connections and listens no more, until [`Proxy::heal`].
    pub(crate) fn refuse(&self) {
        self.state.send_modify(|state| {
            state.generation += 1;
            state.mood = Mood::Refuses;
        });
    }

    /// Passes again. What was said into a silent wire is lost, so its connections are closed.
    pub(crate) fn heal(&self) {
        self.state.send_modify(|state| {
            if state.mood == Mood::Silent {
                state.generation += 1;
            }
            state.mood = Mood::Passes;
        });
    }

    fn become_(&self, mood: Mood) {
        self.state.send_modify(|state| state.mood = mood);
    }
}

async fn bind(port: u16) -> TcpListener {
    TcpListener::bind(("127.0.0.1", port)).await.expect("the port is ours")
}

async fn listen(first: TcpListener, own: u16, port: u16, look: &mut watch::Receiver<State>) {
    let mut listener = Some(first);
    loop {
        let refuses = look.borrow_and_update().mood == Mood::Refuses;
        match (&listener, refuses) {
            (Some(_), true) => listener = None,
            (None, false) => listener = Some(bind(own).await),
            _ => {}
        }
        let accepted = async {
            match &listener {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = look.changed() => if changed.is_err() { return },
            accepted = accepted => if let Ok((stream, _)) = accepted {
                tokio::spawn(wire(stream, port, look.clone()));
            },
        }
    }
}

/// One connection, until either side ends it or it is cut.
async fn wire(near: TcpStream, port: u16, look: watch::Receiver<State>) {
    let born = *look.borrow();
    let mut cut = look.clone();
    let open = async {
        let mut silence = look.clone();
        silence.wait_for(|state| state.mood != Mood::Silent).await.ok()?;
        let far = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).await.ok()?;
        near.set_nodelay(true).ok()?;
        far.set_nodelay(true).ok()?;
        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
        let (there, back) = (look.clone(), look.clone());
        // When one side is done, so is the connection: no protocol here needs half of one.
        tokio::select! {
            _ = pump(near_in, far_out, (there, born.stranded)) => {}
            _ = pump(far_in, near_out, (back, born.stranded)) => {}
        }
        Some(())
    };
    tokio::select! {
        _ = open => {}
        _ = cut.wait_for(|state| state.generation != born.generation) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    (mut look, born): (watch::Receiver<State>, u64),
) -> std::io::Result<()> {
    let mut piece = vec![0; 65_536];
    loop {
        let length = from.read(&mut piece).await?;
        let State { mood, stranded, .. } = *look.borrow_and_update();
        if mood == Mood::Silent || stranded != born {
            // Lost, its end included: the other side never learns of it.
            if length == 0 {
                std::future::pending::<()>().await;
            }
            continue;
        }
        if let Mood::Slow(delay) = mood {
            tokio::time::sleep(delay).await;
        }
        if length == 0 {
            return Ok(());
        }
        to.write_all(&piece[..length]).await?;
    }
}
