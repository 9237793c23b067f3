//! A certificate authority of the tests, and certificates for servers on this machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
/// Vouches for servers of one test; nobody else knows it.
pub(crate) struct Ca {
    /// The authority's own certificate: for `MAIL_TLS_CA` and `REDIS_TLS_CA`.
    pub(crate) file: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

/// A server's certificate and its key, as PEM files.
pub(crate) struct Certificate {
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
}

impl Ca {
    /// A new one, whose certificate lies in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names are fine");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "Pennypost's tests");
        let key = KeyPair::generate().expect("a key");
        let own = params.self_signed(&key).expect("a certificate");
        let file = folder.join("ca.pem");
        fs::write(&file, own.pem()).expect("a file");
        Self { file, issuer: Issuer::new(params, key) }
    }

    /// Writes a certificate for localhost and 127.0.0.1 into `folder`.
    pub(crate) fn certificate(&self, folder: &Path) -> Certificate {
        self.certificate_for(&["localhost", "127.0.0.1"], folder)
    }

    /// Writes a certificate for the given names and addresses into `folder`.
    pub(crate) fn certificate_for(&self, names: &[&str], folder: &Path) -> Certificate {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("names of hosts");
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let signed = params.signed_by(&key, &self.issuer).expect("a certificate");
        let files =
            Certificate { chain: folder.join("server.pem"), key: folder.join("server.key") };
        fs::write(&files.chain, signed.pem()).expect("a file");
        fs::write(&files.key, key.serialize_pem()).expect("a file");
        files
    }
}
