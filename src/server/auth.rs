//! Who may call: keys from a file, or names in client certificates.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::rpc::Error;

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Default)]
pub struct Peer {
    pub address: Option<std::net::SocketAddr>,
    /// The subject's alternative names in a client certificate that was verified.
    pub names: Arc<[String]>,
}

/// The rule. Without keys and names, everybody may call.
#[derive(Debug)]
pub struct Auth {
    keys: Option<RwLock<Arc<Keys>>>,
    names: Vec<String>,
}

impl Auth {
    /// Calls need one of `keys` or, in their certificate, one of `names`.
    #[must_use]
    pub fn new(keys: Option<Keys>, names: Vec<String>) -> Self {
        Auth { keys: keys.map(|keys| RwLock::new(Arc::new(keys))), names }
    }

    /// Uses `keys` from now on.
    pub fn replace(&self, keys: Keys) {
        if let Some(held) = &self.keys {
            *held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        }
    }

    /// Who calls, by the name of its key or certificate; nothing where everybody may.
    ///
    /// # Errors
    /// The caller shows neither a known key nor an accepted name, or its key has called too often.
    pub fn check(&self, headers: &HeaderMap, peer: &Peer) -> Result<Option<String>, Error> {
        if let Some(name) = peer.names.iter().find(|name| self.names.contains(name)) {
            return Ok(Some(name.clone()));
        }
        let Some(keys) = &self.keys else {
            return if self.names.is_empty() { Ok(None) } else { Err(Error::permission_denied()) };
        };
        let keys = Arc::clone(&keys.read().unwrap_or_else(PoisonError::into_inner));
        let key = presented(headers).and_then(|secret| keys.find(secret)).ok_or_else(Error::unauthenticated)?;
        key.take()?;
        Ok(Some(key.name.clone()))
    }
}

/// The key in `authorization: Bearer KEY` or `x-api-key: KEY`.
fn presented(headers: &HeaderMap) -> Option<&[u8]> {
    if let Some(key) = headers.get("x-api-key") {
        return Some(key.as_bytes());
    }
    let (scheme, key) = headers.get(http::header::AUTHORIZATION)?.as_bytes().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then_some(key)
}

/// The keys of a file. Its lines are `NAME SHA256 [CALLS_PER_SECOND]`: the name for the log, the hash of
/// the key in hexadecimal, and how often it may call. Several keys are in force together, so that one can
/// be replaced without a gap. Keys are long and random, so a plain hash tells nothing of them.
#[derive(Default)]
pub struct Keys(Vec<Key>);

struct Key {
    name: String,
    hash: [u8; 32],
    rate: Option<Rate>,
}

/// Never a hash.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.name)).finish()
    }
}

impl Keys {
    /// Reads a file.
    ///
    /// # Errors
    /// One sentence that names the file and the line, and quotes neither.
    pub fn load(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("Cannot read the keys in {}: {error}.", path.display()))?;
        Self::parse(&text).map_err(|problem| format!("The keys in {} are not valid: {problem}.", path.display()))
    }

    /// Reads the lines of a file.
    ///
    /// # Errors
    /// What is wrong with which line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut keys: Vec<Key> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_whitespace();
            let Some(name) = words.next() else { continue };
            let at = |problem: &str| format!("line {} {problem}", index + 1);
            let hash = words.next().and_then(hash).ok_or_else(|| at("has no SHA-256 in hexadecimal after the name"))?;
            let rate = match words.next().map(str::parse) {
                None => None,
                Some(Ok(rate)) if rate > 0.0 && f64::is_finite(rate) => Some(Rate::new(rate)),
                Some(_) => return Err(at("has no positive number of calls a second after the hash")),
            };
            if words.next().is_some() {
                return Err(at("has more than three words"));
            }
            if keys.iter().any(|key| key.name == name) {
                return Err(at("has the name of an earlier line"));
            }
            keys.push(Key { name: name.to_owned(), hash, rate });
        }
        if keys.is_empty() { Err("there is none".to_owned()) } else { Ok(Keys(keys)) }
    }

    /// Compares with every key, in the same time whichever it is.
    fn find(&self, secret: &[u8]) -> Option<&Key> {
        let hash: [u8; 32] = Sha256::digest(secret).into();
        let mut found = None;
        for key in &self.0 {
            if bool::from(key.hash.ct_eq(&hash)) {
                found = Some(key);
            }
        }
        found
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn hash(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

impl Key {
    fn take(&self) -> Result<(), Error> {
        self.rate.as_ref().map_or(Ok(()), |rate| rate.take(Instant::now()).map_err(Error::rate_limited))
    }
}

/// So many calls a second, and as many at once after a second without any.
struct Rate {
    per_second: f64,
    left: Mutex<(f64, Instant)>,
}

impl Rate {
    fn new(per_second: f64) -> Self {
        Rate { per_second, left: Mutex::new((per_second.max(1.0), Instant::now())) }
    }

    /// Takes one call, or tells when there will be one.
    fn take(&self, now: Instant) -> Result<(), Duration> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (calls, since) = *left;
        let gained = now.saturating_duration_since(since).as_secs_f64() * self.per_second;
        let calls = (calls + gained).min(self.per_second.max(1.0));
        if calls >= 1.0 {
            *left = (calls - 1.0, now);
            Ok(())
        } else {
            *left = (calls, now);
            Err(Duration::from_secs_f64(((1.0 - calls) / self.per_second).min(3_600.0)))
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn line(name: &str, secret: &str) -> String {
        let hash = Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        format!("{name} {hash}")
    }

    fn with(header: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(http::HeaderName::from_static(header), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn either_of_two_keys_opens_and_nothing_else_does() {
        let text = format!("# for a rotation\n{}\n{}  # new\n\n", line("old", "alpha"), line("new", "beta"));
        let auth = Auth::new(Some(Keys::parse(&text).unwrap()), Vec::new());
        let nobody = Peer::default();
        let name = |headers| auth.check(&headers, &nobody).ok().flatten();
        assert_eq!(name(with("x-api-key", "alpha")).as_deref(), Some("old"));
        assert_eq!(name(with("authorization", "Bearer beta")).as_deref(), Some("new"));
        assert_eq!(name(with("authorization", "bearer beta")).as_deref(), Some("new"));
        for wrong in [
            with("authorization", "Basic beta"),
            with("authorization", "Bearer"),
            with("x-api-key", "gamma"),
            HeaderMap::new(),
        ] {
            assert_eq!(auth.check(&wrong, &nobody), Err(Error::unauthenticated()));
        }
        auth.replace(Keys::parse(&line("newest", "gamma")).unwrap());
        assert_eq!(auth.check(&with("x-api-key", "alpha"), &nobody), Err(Error::unauthenticated()));
        assert_eq!(auth.check(&with("x-api-key", "gamma"), &nobody), Ok(Some("newest".to_owned())));
    }

    #[test]
    fn a_certificate_of_an_accepted_name_opens() {
        let peer = |name: &str| Peer { names: Arc::new([name.to_owned()]), ..Peer::default() };
        let auth = Auth::new(None, vec!["desk.example".to_owned()]);
        assert_eq!(auth.check(&HeaderMap::new(), &peer("desk.example")), Ok(Some("desk.example".to_owned())));
        assert_eq!(auth.check(&HeaderMap::new(), &peer("other.example")), Err(Error::permission_denied()));
        assert_eq!(Auth::new(None, Vec::new()).check(&HeaderMap::new(), &peer("anybody")), Ok(None));
    }

    #[test]
    fn a_file_that_is_not_valid_is_refused_without_being_quoted() {
        let good = line("a", "alpha");
        for (text, problem) in [
            (String::new(), "there is none"),
            ("a".to_owned(), "line 1 has no SHA-256"),
            ("a abc".to_owned(), "line 1 has no SHA-256"),
            (format!("a {}", "\u{e9}".repeat(32)), "line 1 has no SHA-256"),
            (format!("{good} 0"), "line 1 has no positive number"),
            (format!("{good} NaN"), "line 1 has no positive number"),
            (format!("{good} 5 6"), "line 1 has more than three words"),
            (format!("{good}\n{good}"), "line 2 has the name of an earlier line"),
        ] {
            let error = Keys::parse(&text).unwrap_err();
            assert!(error.starts_with(problem), "{error}");
        }
    }

    #[test]
    fn a_rate_allows_its_number_and_tells_when_to_come_again() {
        let rate = Rate::new(2.0);
        let start = Instant::now();
        assert_eq!([rate.take(start), rate.take(start)], [Ok(()), Ok(())]);
        let wait = rate.take(start).unwrap_err();
        assert!(wait <= Duration::from_millis(500) && wait > Duration::from_millis(400), "{wait:?}");
        assert_eq!(rate.take(start + Duration::from_millis(600)), Ok(()));
    }
}
