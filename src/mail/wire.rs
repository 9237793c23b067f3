//! A connection to a mail server: a socket without delay, and TLS over it where the place asks for it.
//!
//! Not for: what is said on it (`mailbox::imap`, `relay::smtp`), including STARTTLS, which each protocol
//! asks for in its own words before [`Dialer::secure`].

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, InvalidDnsNameError, ServerName, UnixTime, pem, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::config::{MailServer, Security};

/// How long a connection, or its TLS handshake, may take.
const CONNECT_MAX: Duration = Duration::from_secs(15);

/// Whatever octets travel on.
pub trait Wire: AsyncRead + AsyncWrite + fmt::Debug + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + fmt::Debug + Send + Sync + Unpin> Wire for T {}

/// An open connection.
pub type Stream = Box<dyn Wire>;

/// Opens connections to mail servers. Cloning shares the certificates.
#[derive(Clone)]
pub struct Dialer {
    tls: TlsConnector,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// A file of certificates that cannot be used.
    #[error("{} holds no certificates that can be used", .0.display())]
    Certificates(PathBuf, #[source] Option<pem::Error>),
    /// The name cannot be that of a host.
    #[error("{0} is no name of a host")]
    Name(String, #[source] InvalidDnsNameError),
    /// The server cannot be reached.
    #[error("{0} cannot be reached")]
    Connect(String, #[source] io::Error),
    /// The certificate or the handshake was refused.
    #[error("TLS with {0} failed")]
    Tls(String, #[source] io::Error),
    /// It took too long.
    #[error("{0} did not answer within {1:?}")]
    Silent(String, Duration),
}

impl Dialer {
    /// Trusts the public certificate authorities, and those of the file `ca` (PEM) beside them.
    ///
    /// # Errors
    /// [`WireError::Certificates`] with the file.
    pub fn new(ca: Option<&Path>) -> Result<Self, WireError> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if let Some(path) = ca {
            let unusable = |error| WireError::Certificates(path.to_owned(), error);
            let text = fs::read(path).map_err(|e| unusable(Some(pem::Error::Io(e))))?;
            let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
            let (added, _) = roots.add_parsable_certificates(read.map_err(|e| unusable(Some(e)))?);
            if added == 0 {
                return Err(unusable(None));
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Takes whatever certificate a server shows: what is said cannot be overheard, and whoever stands in
    /// between can pass for the server. Never for mail.
    pub fn unverified() -> Self {
        let provider = ring::default_provider();
        let any = AnyCertificate(provider.signature_verification_algorithms);
        let config = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(any))
            .with_no_client_auth();
        Self { tls: TlsConnector::from(Arc::new(config)) }
    }

    /// Connects. Under [`Security::Tls`] the handshake is done; under [`Security::StartTls`] the caller
    /// asks for it, then calls [`Dialer::secure`].
    ///
    /// # Errors
    /// [`WireError`] with the server's name, never with a login.
    pub async fn connect(&self, server: &MailServer) -> Result<Stream, WireError> {
        let name = server.to_string();
        let silent = |_elapsed| WireError::Silent(name.clone(), CONNECT_MAX);
        let connecting = TcpStream::connect((server.host.as_str(), server.port));
        let socket = timeout(CONNECT_MAX, connecting).await.map_err(silent)?;
        let socket = socket.map_err(|e| WireError::Connect(name.clone(), e))?;
        // Else each command of a dialogue waits up to 40 ms for the acknowledgement of the one before.
        socket.set_nodelay(true).map_err(|e| WireError::Connect(name.clone(), e))?;
        match server.security {
            Security::Tls => self.secure(server, Box::new(socket)).await,
            Security::StartTls | Security::Plain => Ok(Box::new(socket)),
        }
    }

    /// TLS over an open connection.
    ///
    /// # Errors
    /// As [`Dialer::connect`].
    pub async fn secure(&self, server: &MailServer, stream: Stream) -> Result<Stream, WireError> {
        let name = server.to_string();
        let host = ServerName::try_from(server.host.clone())
            .map_err(|e| WireError::Name(server.host.clone(), e))?;
        let shaking = timeout(CONNECT_MAX, self.tls.connect(host, stream)).await;
        let shaken = shaking.map_err(|_elapsed| WireError::Silent(name.clone(), CONNECT_MAX))?;
        Ok(Box::new(shaken.map_err(|e| WireError::Tls(name, e))?))
    }
}

/// Looks at no certificate, and at every signature of the handshake.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dialer")
    }
}
