//! TLS: certificates from files, replaced while the service runs.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Where the certificates are, in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The service's certificate and those that lead to its root.
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Clients must show a certificate from here.
    pub client_ca: Option<PathBuf>,
}

/// What new connections use.
pub struct Tls {
    config: RwLock<Arc<ServerConfig>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

/// Certificates that were checked.
pub struct Loaded {
    config: Arc<ServerConfig>,
    /// When the certificate ends, in Unix seconds.
    pub not_after: i64,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

impl TlsFiles {
    /// Reads and checks them: they parse, belong together, and the certificate is valid now.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn load(&self, web: bool) -> Result<Loaded, String> {
        let chain = certificates(&self.certificate)?;
        let not_after = chain.first().map_or(Err("there is none".to_owned()), |first| valid_until(first));
        let not_after = not_after.map_err(|problem| invalid(&self.certificate, &problem))?;
        let pem = read(&self.key)?;
        // What a parser says of a key might quote it.
        let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| invalid(&self.key, "it holds no private key"))?;
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| invalid(&self.certificate, &error.to_string()))?;
        let builder = match &self.client_ca {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let mut roots = RootCertStore::empty();
                for certificate in certificates(path)? {
                    roots.add(certificate).map_err(|error| invalid(path, &error.to_string()))?;
                }
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider())).build();
                builder.with_client_cert_verifier(verifier.map_err(|error| invalid(path, &error.to_string()))?)
            }
        };
        let mut config =
            builder.with_single_cert(chain, key).map_err(|error| invalid(&self.certificate, &error.to_string()))?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        if web {
            config.alpn_protocols.push(b"http/1.1".to_vec());
        }
        Ok(Loaded { config: Arc::new(config), not_after })
    }

    /// The files, for whoever watches them.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        [Some(&self.certificate), Some(&self.key), self.client_ca.as_ref()].into_iter().flatten().map(PathBuf::as_path)
    }
}

impl Tls {
    /// Begins with `loaded`.
    #[must_use]
    pub fn new(loaded: &Loaded) -> Self {
        Tls { config: RwLock::new(Arc::clone(&loaded.config)) }
    }

    /// New connections use `loaded` from now on.
    pub fn replace(&self, loaded: &Loaded) {
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&loaded.config);
    }

    /// What a new connection uses.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The subject's alternative names in a certificate: of hosts, URIs and mail addresses.
#[must_use]
pub fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else {
        return Vec::new();
    };
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = extension.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) | GeneralName::URI(name) | GeneralName::RFC822Name(name) => Some((*name).to_owned()),
        _ => None,
    });
    names.collect()
}

fn valid_until(certificate: &CertificateDer<'_>) -> Result<i64, String> {
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(|error| error.to_string())?;
    let validity = certificate.validity();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    if now > validity.not_after.timestamp() {
        return Err(format!("it expired on {}", validity.not_after));
    }
    if now < validity.not_before.timestamp() {
        return Err(format!("it is not valid before {}", validity.not_before));
    }
    Ok(validity.not_after.timestamp())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = read(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if found.is_empty() => Err(invalid(path, "it holds no certificate")),
        Ok(found) => Ok(found),
        Err(error) => Err(invalid(path, &error.to_string())),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error: io::Error| format!("Cannot read {}: {error}.", path.display()))
}

fn invalid(path: &Path, problem: &str) -> String {
    format!("{} cannot be used: {problem}.", path.display())
}
