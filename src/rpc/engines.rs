//! The engine in use, which may be replaced while calls are answered.

use std::sync::{Arc, PoisonError, RwLock};

use super::status::Error;
use crate::engine::Engine;

/// Holds one engine. Whoever takes it keeps what it took, so no report mixes two.
#[derive(Debug)]
pub struct Engines(RwLock<Arc<Engine>>);

impl Engines {
    /// Begins with `engine`.
    #[must_use]
    pub fn new(engine: Engine) -> Arc<Self> {
        Arc::new(Engines(RwLock::new(Arc::new(engine))))
    }

    /// The engine in use.
    #[must_use]
    pub fn current(&self) -> Arc<Engine> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Uses `engine` from now on.
    pub fn replace(&self, engine: Engine) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(engine);
    }

    /// The engine in use, if its model has the version that is asked for; any will do if none is.
    ///
    /// # Errors
    /// Another version is in use.
    pub(super) fn with_version(&self, asked: &str) -> Result<Arc<Engine>, Error> {
        let engine = self.current();
        if asked.is_empty() || asked == engine.model().version() {
            Ok(engine)
        } else {
            Err(Error::unknown_model(asked, engine.model().version()))
        }
    }
}
