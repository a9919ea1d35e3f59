//! Bytes to a server and back, in the clear or by TLS.
//!
//! In: a name and a port, and an authority to believe. Out: a [`Stream`] that reads and writes. rustls is used directly: lettre 0.11.23
//! keeps its `NetworkStream` to itself, and the `SmtpConnection` over it knows UTF-8 only and keeps what came before TLS.

use super::broken::{Broken, broken, fault};
use crate::diagnostic::AppError;
use crate::mail::outcome::Fault;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

/// A line to a server.
pub(super) enum Stream {
    Plain(TcpStream),
    Protected(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// Tries every address of a name, each for this time.
    pub(super) fn connect(host: &str, port: u16, timeout: Duration) -> Result<Self, Broken> {
        let mut last = Broken::Unknown;
        for address in (host, port).to_socket_addrs().map_err(|_| Broken::Unknown)? {
            match TcpStream::connect_timeout(&address, timeout) {
                Ok(stream) => {
                    // A flight goes as one piece already.
                    stream.set_nodelay(true).map_err(|error| broken(&error))?;
                    return Ok(Self::Plain(stream));
                }
                Err(error) => last = broken(&error),
            }
        }
        Err(last)
    }

    /// The same line, protected from its next byte on.
    pub(super) fn protected(self, tls: &Protection) -> Result<Self, Broken> {
        let Self::Plain(stream) = self else { return Ok(self) };
        let connection = ClientConnection::new(Arc::clone(&tls.config), tls.name.clone()).map_err(|error| Broken::Other(error.to_string()))?;
        Ok(Self::Protected(Box::new(StreamOwned::new(connection, stream))))
    }

    pub(super) fn is_protected(&self) -> bool {
        matches!(self, Self::Protected(_))
    }

    /// How long a read, and how long a write, may take before somebody looks whether to go on.
    pub(super) fn set_timeouts(&self, read: Duration, write: Duration) -> io::Result<()> {
        let stream = match self {
            Self::Plain(stream) => stream,
            Self::Protected(stream) => stream.get_ref(),
        };
        stream.set_read_timeout(Some(read)).and_then(|()| stream.set_write_timeout(Some(write)))
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Protected(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Protected(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Protected(stream) => stream.flush(),
        }
    }
}

/// Whom to believe that a server is the one that was called.
pub(super) struct Protection {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl Protection {
    /// For this server: by the authorities of the system, or only by those of a file of PEM.
    pub(super) fn of(host: &str, authority: Option<&[u8]>) -> Result<Self, Fault> {
        let wrong = |what| Fault::Configuration(AppError::new(what));
        let unusable = |error: String| wrong(say!("the line cannot be protected: {why}", why = error));
        let name = ServerName::try_from(host.to_owned()).map_err(|_| fault(say!("{at} cannot be reached: {why}", at = host), &Broken::Unknown))?;
        let named = match authority {
            Some(pem) => {
                let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
                read.ok().filter(|some| !some.is_empty()).ok_or_else(|| wrong(say!("the file of ca-file is no certificate in PEM")))?
            }
            None => Vec::new(),
        };
        let mut roots = RootCertStore::empty();
        let of_system = if authority.is_none() { rustls_native_certs::load_native_certs().certs } else { Vec::new() };
        roots.add_parsable_certificates(named.iter().cloned().chain(of_system));
        let provider = Arc::new(default_provider());
        let known = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().map_err(|error| unusable(error.to_string()))?;
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|error| unusable(error.to_string()))?;
        let config = config.dangerous().with_custom_certificate_verifier(Arc::new(Verifier { known, named })).with_no_client_auth();
        Ok(Self { config: Arc::new(config), name })
    }
}

/// Believes what authorities vouch for, and a certificate that is itself in the file of `ca-file`: programs on one's own computer (Proton
/// Bridge) have one that calls itself an authority, which no server's may.
#[derive(Debug)]
struct Verifier {
    known: Arc<WebPkiServerVerifier>,
    named: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.known.verify_server_cert(own, between, name, ocsp, now) {
            // The name and the dates of such a certificate are the file's owner's own business: it is this one and no other.
            Err(Error::InvalidCertificate(CertificateError::Other(_))) if self.named.iter().any(|named| named == own) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(&self, message: &[u8], own: &CertificateDer<'_>, signed: &DigitallySignedStruct) -> Result<HandshakeSignatureValid, Error> {
        self.known.verify_tls12_signature(message, own, signed)
    }

    fn verify_tls13_signature(&self, message: &[u8], own: &CertificateDer<'_>, signed: &DigitallySignedStruct) -> Result<HandshakeSignatureValid, Error> {
        self.known.verify_tls13_signature(message, own, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.known.supported_verify_schemes()
    }
}
